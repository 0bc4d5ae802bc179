"""What a preflight leaves in the ledger: all that it takes to know the plan again when it is applied. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from msgspec.structs import replace

from slipway.guard.steps import base_of, known_steps
from slipway.ledger import Deed
from slipway.plan import Plan
from slipway.preflight import Verdict
from slipway.rollout.judge import Judged
from slipway.rollout.sameness import sameness

__all__ = ["preflight_deed", "proven"]

_SERVED = ("lit", "dim", "stale", "dark", "unknown")  # before the apply, and meant to be after it


def preflight_deed(judged: Judged, verdict: Verdict) -> Deed:
    """The deed of a preflight with this verdict, which the gates may have added to."""
    plan: Plan = judged.plan
    deed = Deed(
        kind="preflight",
        outcome="approved" if verdict.approved else "refused",
        plan=verdict.digest,
        expires=min((_moment(each.until) for each in verdict.overrides), default=None),
        rules=tuple(dict.fromkeys(finding.rule for finding in verdict.refusals)),
        results={
            "stack": f"{plan.project}/{plan.stack}",
            "changes": sum(not change.cosmetic for change in verdict.changes),
            "steps": sum(len(change.steps) for change in verdict.changes),
            **({"overrides": ", ".join(str(each.entry) for each in verdict.overrides)} if verdict.overrides else {}),
        },
        base=base_of(plan),
        same=sameness(plan, verdict, judged.config) if judged.config else (),
        steps=known_steps(plan),
        targets=judged.targets,
        serving=tuple(hostname.name for hostname in verdict.hostnames if hostname.status in _SERVED),
    )
    return proven(deed, verdict)


def proven(deed: Deed, verdict: Verdict) -> Deed:
    """A deed with the changes and the proof of a verdict."""
    return replace(
        deed,
        changes=tuple(change.title for change in verdict.changes),
        proof=dict(sorted(Counter(hostname.status for hostname in verdict.hostnames).items())),
    )


def _moment(text: str) -> datetime:
    """A time as an override tells it."""
    return datetime.strptime(text, "%Y-%m-%d %H:%MZ").replace(tzinfo=UTC)
