"""Refuses to delete or replace what is protected, or holds what no apply can bring back."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import Op, Plan, Step, one_line, urn_name
from slipway.preflight.evidence import Evidence
from slipway.preflight.names import DISTRIBUTION
from slipway.preflight.stateful import STATEFUL
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "protected-delete"
TITLE = "Nothing protected or stateful is deleted"
WHY = (
    "The engine's own protection stops a delete only while the old and the new state both ask for it: one commit that "
    "drops the protection and the resource goes through. A bucket's objects and a zone's name servers do not come back."
)
SOURCE = (
    "pulumi/pkg, resource/deploy/step_generator.go (new.Protect && old.Protect); AWS: DeleteBucket, DeleteHostedZone."
)

_GOING = (Op.DELETE, Op.DELETE_REPLACED, Op.REPLACE)
_KEEP = "Keep it. To let it go for good, first apply retainOnDelete=True alone, then drop it: the real thing stays."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each resource that goes, in engine order."""
    seen: set[str] = set()
    for step in evidence.plan.steps:
        if isinstance(step, Step) and step.op in _GOING and step.urn not in seen:
            finding = _finding(evidence.plan, step)
            if finding is not None:
                seen.add(step.urn)
                yield finding


def _finding(plan: Plan, step: Step) -> Finding | None:
    """A replacement counts even when the old one is retained: what is served from then on is the new, empty one."""
    old = step.old
    if old is None or old.external:
        return None
    name, verb = one_line(urn_name(step.urn), 80), "deleted" if step.op is Op.DELETE else "replaced"
    blocked = step.urn in plan.blocked
    if old.protect or (step.new and step.new.protect):
        dropped = "; its protection is dropped in the same apply" if step.new and not step.new.protect else ""
        message = f"{name} is protected and would be {verb}{dropped}"
        advice = "Keep it. If it must go, take the protection off in an apply of its own, reviewed for that."
        return Finding(ID, message, advice, (step.urn,), always=blocked)
    if old.retain_on_delete and step.op is not Op.REPLACE:
        return None
    if what := STATEFUL.get(old.type):
        return Finding(ID, f"{name} would be {verb}: {what} cannot be brought back", _KEEP, (step.urn,))
    if old.type == DISTRIBUTION and old.inputs.get("retainOnDelete") is True:
        message = f"{name} would be {verb}: its input retainOnDelete keeps the distribution but still disables it"
        advice = "Use the resource option retainOnDelete instead: it leaves the distribution as it is, enabled."
        return Finding(ID, message, advice, (step.urn,))
    return None
