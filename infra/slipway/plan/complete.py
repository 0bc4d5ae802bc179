"""Is this preview the whole plan? A preview that hides or lost steps would let a danger through unseen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import cast

from slipway.errors import BadInput
from slipway.plan.document import HOW, one_line
from slipway.plan.model import AnyStep, Op, Step
from slipway.plan.urn import urn_name

__all__ = ["blocked_by_protection", "check_complete"]

# The engine counts these, one each, in `changeSummary` (pulumi/pkg, engine/update.go: a step that is "logical").
# Reads are counted only when they changed something, and the halves of a replacement not at all.
_COUNTED = (Op.SAME, Op.CREATE, Op.UPDATE, Op.DELETE, Op.REPLACE, Op.IMPORT, Op.DISCARD)
_FATES = {Op.SAME, Op.CREATE, Op.UPDATE, Op.REPLACE, Op.DELETE}
_CREATING = {Op.CREATE_REPLACEMENT, Op.IMPORT_REPLACEMENT, Op.READ_REPLACEMENT}
_DELETING = {Op.DELETE_REPLACED, Op.DISCARD_REPLACED}


def blocked_by_protection(diagnostics: object, steps: tuple[AnyStep, ...]) -> tuple[str, ...]:
    """URNs of protected resources over which alone the preview failed; raises BadInput if it failed otherwise.

    The engine stops at a protected resource with an error, but that plan says all that is needed to refuse it.
    """
    errors = list(_errors(diagnostics))
    going = {Op.DELETE, Op.REPLACE, Op.DELETE_REPLACED}
    protected = {s.urn for s in steps if isinstance(s, Step) and s.op in going and s.old and s.old.protect}
    blamed = [urn for urn, _ in errors if urn]
    if errors and (not blamed or not protected.issuperset(blamed)):
        named = [text for urn, text in errors if urn and urn not in protected]
        message = one_line((named or [text for _, text in errors])[0].removeprefix("error: "))
        raise BadInput(f"the preview failed: {message}", "Make `pulumi preview` succeed first.")
    return tuple(sorted(set(blamed)))


def _errors(diagnostics: object) -> Iterator[tuple[str, str]]:
    if diagnostics is None:
        return
    if not isinstance(diagnostics, list) or not all(isinstance(entry, dict) for entry in diagnostics):
        raise BadInput("diagnostics is not a list of objects", HOW)
    for entry in cast("list[dict[str, object]]", diagnostics):
        if entry.get("severity") == "error":
            yield str(entry.get("urn", "")), str(entry.get("message", ""))


def check_complete(summary: object, steps: tuple[AnyStep, ...]) -> None:
    """Raises BadInput if replacement halves, unchanged resources or any counted step are missing."""
    known = [step for step in steps if isinstance(step, Step)]
    doing = [step for step in known if step.op is not Op.SAME]
    _check_fates(known)
    _check_once(doing)
    _check_replacements(doing)
    _check_summary(summary, known)


def _check_fates(steps: list[Step]) -> None:
    """A resource has one fate: the engine keeps, changes, replaces, makes or deletes it."""
    fates: dict[str, Op] = {}
    for step in steps:
        if step.op in _FATES and (other := fates.setdefault(step.urn, step.op)) is not step.op:
            both = f"a {other.value} and a {step.op.value} step"
            raise BadInput(f"the preview names {one_line(urn_name(step.urn))} in both {both}: it was edited", HOW)
    kept = [step.urn for step in steps if step.op is Op.SAME]
    if len(set(kept)) < len(kept):
        name = one_line(urn_name(Counter(kept).most_common(1)[0][0]))
        raise BadInput(f"the preview names {name} in several same steps: it was edited", HOW)


def _check_once(steps: list[Step]) -> None:
    """A resource is registered once; only deletes of old generations may pile up under one URN."""
    acting = {Op.CREATE, Op.UPDATE, Op.REPLACE} | _CREATING
    counts = Counter((step.urn, step.op) for step in steps if step.op in acting)
    for (urn, op), count in counts.items():
        if count > 1:
            name = one_line(urn_name(urn))
            raise BadInput(f"the preview names {name} in {count} {op.value} steps: it was edited", HOW)


def _check_replacements(steps: list[Step]) -> None:
    """Without --show-replacement-steps a `replace` stands alone, and nothing says which half comes first.

    A `delete-replaced` may stand alone: it is left over from an earlier apply, or dragged along by another delete.
    The delete half is missing for good reason when an earlier apply already did it (`pendingReplacement`).
    """
    halves: dict[str, set[Op]] = defaultdict(set)
    for step in steps:
        halves[step.urn].add(step.op)
    for step in steps:
        # A resource that is renamed and replaced at once is deleted under the URN it had.
        ops = halves[step.urn] | (halves[step.old.urn] & _DELETING if step.old else set())
        done = step.old is not None and step.old.pending_replacement
        if step.op is Op.REPLACE and not (ops & _CREATING and (done or ops & _DELETING)):
            raise BadInput(
                f"the preview hides how {one_line(urn_name(step.urn))} is replaced: "
                "it was taken without --show-replacement-steps",
                HOW,
            )
        if step.op in _CREATING and Op.REPLACE not in ops:
            raise BadInput(f"the preview lost the replace step of {one_line(urn_name(step.urn))}", HOW)


def _check_summary(summary: object, steps: list[Step]) -> None:
    if not isinstance(summary, dict):
        raise BadInput("the preview has no changeSummary: it did not finish, or was cut", HOW)
    shown = Counter(step.op for step in steps)
    for op in _COUNTED:
        expected = summary.get(op.value, 0)
        if shown[op] == expected:
            continue
        if op is Op.SAME and isinstance(expected, int) and shown[op] < expected:
            raise BadInput(
                f"the preview hides {expected - shown[op]} unchanged resources: it was taken without --show-sames", HOW
            )
        counted = one_line(str(expected), 20)
        raise BadInput(
            f"the preview holds {shown[op]} {op.value} steps, its changeSummary counts {counted}: it was cut or edited",
            HOW,
        )
