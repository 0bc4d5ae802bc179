"""The plan that the engine will make of one step: what earlier steps did stands, what later ones do is left.

What is not targeted keeps its old state, and a create is not there yet; so does the engine with `--target`. A value
that an earlier step brings to light is still unknown here, which means any value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from slipway.plan import AnyStep, Op, Plan, Step
from slipway.plan.edges import dependencies, first_late

__all__ = ["goes", "movable", "plan_of"]

_REMOVING = (Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED, Op.REMOVE_PENDING_REPLACE)
_MAKING = (Op.CREATE, Op.UPDATE, Op.REPLACE, Op.IMPORT, Op.READ)


def plan_of(plan: Plan, done: Collection[str], doing: Collection[str]) -> Plan:
    """The plan of the step that targets `doing` once all of `done` are applied; both are URNs.

    It has no digest: no preview printed it, so nothing may be approved by it.
    """
    late = first_late(plan.steps)
    fates, removed = _fates(plan.steps), _removed(plan.steps)
    early: list[AnyStep] = []
    kept: list[AnyStep] = []
    last: list[AnyStep] = []
    for at, step in enumerate(plan.steps):
        if not isinstance(step, Step) or step.urn in doing or step.op is Op.REFRESH:
            (early if at < late else last).append(step)
        elif fates[step.urn] == at:
            settled = _applied(step) if step.urn in done else _left(step, removed)
            (early if at < late else kept).extend([settled] if settled else [])
    blocked = tuple(urn for urn in plan.blocked if urn in doing)
    return Plan(plan.project, plan.stack, (*early, *kept, *last), blocked, "")


def movable(plan: Plan) -> dict[str, tuple[Step, ...]]:
    """Every resource on which the steps do something, if only in the state, with its steps; by URN, in their order."""
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        if isinstance(step, Step) and step.op is not Op.REFRESH:
            steps[step.urn].append(step)
    going = {urn for urn, found in steps.items() if any(goes(step) for step in found)}
    return {urn: tuple(found) for urn, found in steps.items() if any(_moves(step, going) for step in found)}


def goes(step: Step) -> bool:
    """Whether the resource is out of the program, and is to be taken away for that."""
    return (
        step.op in (Op.DELETE, Op.DISCARD, Op.REMOVE_PENDING_REPLACE) and step.old is not None and not step.old.delete
    )


def _moves(step: Step, going: Collection[str]) -> bool:
    """A read that found what it found before moves nothing. What stays moves if its state must let go of something."""
    if step.op is Op.READ:
        return step.old is None
    if step.op is not Op.SAME or step.old is None or step.new is None:
        return step.op is not Op.SAME
    old, new = step.old, step.new
    return old.urn != new.urn or old.provider != new.provider or not dependencies(old).keys().isdisjoint(going)


def _fates(steps: Sequence[AnyStep]) -> Mapping[str, int]:
    """The step, by position, that says what becomes of each resource: what it is and will be, or that it goes. The
    halves of a replacement say nothing more, nor do leftovers of an earlier apply."""
    fates: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for at, step in enumerate(steps):
        if isinstance(step, Step):
            rank = _rank(step)
            if rank > ranks.get(step.urn, -1):
                fates[step.urn], ranks[step.urn] = at, rank
    return fates


def _rank(step: Step) -> int:
    if step.op in _MAKING or step.op is Op.SAME:
        return 2
    return 1 if step.op in _REMOVING else 0


def _applied(step: Step) -> Step | None:
    """The resource once its steps are applied; None if it is gone."""
    if step.op in _REMOVING or step.new is None:
        return None
    # An update leaves the thing what it is: its id and what AWS has told of it are in the old state.
    kept = step.old if step.op is Op.UPDATE and step.old is not None else step.new
    return Step(Op.SAME, step.urn, kept, step.new)


def _left(step: Step, removed: Collection[tuple[str, str]]) -> Step | None:
    """The resource as long as its steps are not applied; None if it is not there yet, or only a leftover.

    The engine flags the old state of what it replaces. What an interrupted apply deleted already has the flag as well,
    but no delete any more.
    """
    old = step.old
    if old is None or (step.op in _REMOVING and old.delete):
        return None
    if old.pending_replacement and (old.urn, old.raw_id) not in removed:
        return None
    kept = replace(old, delete=False, pending_replacement=False) if old.delete or old.pending_replacement else old
    return Step(Op.SAME, step.urn, kept, kept)


def _removed(steps: Sequence[AnyStep]) -> set[tuple[str, str]]:
    """The generations of resources, by URN and id, that the plan takes away."""
    olds = (step.old for step in steps if isinstance(step, Step) and step.op in _REMOVING)
    return {(old.urn, old.raw_id) for old in olds if old is not None}
