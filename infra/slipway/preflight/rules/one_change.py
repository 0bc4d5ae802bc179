"""Refuses a plan that carries more than one change, and says in which order to apply them instead."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import UnknownStep, one_line
from slipway.preflight.evidence import Evidence
from slipway.preflight.kinds import KINDS
from slipway.preflight.verdict import Change, Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "one-change"
TITLE = "One change at a time"
WHY = (
    "Changes that each passed alone can hurt together: the engine runs independent steps in any order, and lets a "
    "harmless edit wait behind a slow one. Coupling is the danger, not size."
)
SOURCE = "The outage of 2023-01-25: new DNS records waited ten minutes behind a new certificate, the old ones gone."

_SHOWN = 5
_REASONS = (
    ("certificate", "A certificate goes first: issuing it takes minutes, and nothing may wait behind that."),
    ("dns", "Names come last, when what they lead to answers."),
)


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for two changes or more; one, always, for steps that cannot be understood."""
    unknown = [step for step in evidence.plan.steps if isinstance(step, UnknownStep)]
    if unknown:
        ops = sorted({one_line(step.op, 40) for step in unknown})
        message = f"{len(unknown)} steps are of a kind this version does not know ({', '.join(ops)}): nobody can count"
        advice = "Upgrade Slipway to a version that knows this engine, or preview with the engine it names."
        yield Finding(ID, message, advice, tuple(step.urn for step in unknown), always=True)
    real = [change for change in evidence.changes if not change.cosmetic]
    if len(real) > 1:
        titles = "; ".join(f"({change.id}) {change.title}" for change in real[:_SHOWN])
        message = f"this plan carries {len(real)} changes: {titles}{_more(len(real))}"
        yield Finding(ID, message, _split(real), tuple(change.root for change in real))


def _split(changes: list[Change]) -> str:
    """Expand before you switch, remove last and from the name inwards: nothing may lead to what is gone."""
    coming = sorted((c for c in changes if not c.removes), key=lambda c: (KINDS.index(c.kind), c.id))
    going = sorted((c for c in changes if c.removes), key=lambda c: (-_inwards(c), c.id))
    ordered = coming + going
    numbers = ", then ".join(f"({change.id})" for change in ordered[:_SHOWN])
    kinds = {change.kind for change in coming}
    reasons = [reason for kind, reason in _REASONS if kind in kinds]
    if going:
        reasons.append("Removals go last, a name before what it leads to, when its old answers have expired.")
    return " ".join([f"Apply them one at a time: {numbers}{_more(len(changes))}.", *reasons])


def _inwards(change: Change) -> int:
    """How near to the user: names first."""
    return KINDS.index(change.kind) if change.kind in KINDS[: KINDS.index("dns") + 1] else -1


def _more(count: int) -> str:
    return f"; and {count - _SHOWN} more" if count > _SHOWN else ""
