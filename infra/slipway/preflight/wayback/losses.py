"""What an apply does that its way back does not undo, step by step, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.facts import facts_for
from slipway.plan import Op, Plan, State, Step, urn_name
from slipway.plan.operations import placed_operations
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.stateful import STATEFUL
from slipway.preflight.verdict import Irreversible

__all__ = ["losses_of"]

_DELETES = (Op.DELETE, Op.DELETE_REPLACED)
_CREATES = (Op.CREATE, Op.CREATE_REPLACEMENT)


def losses_of(plan: Plan) -> tuple[Irreversible, ...]:
    """Everything that the way back does not undo, in the plan's order. What an earlier apply left to be deleted is no
    loss of this one. Linear."""
    numbers = {at: operation.index for at, operation in placed_operations(plan)}
    going = {_generation(s.old) for s in plan.steps if isinstance(s, Step) and s.op is Op.REPLACE and s.old}
    return tuple(
        Irreversible(step.op, step.urn, because, numbers.get(at))
        for at, step in enumerate(plan.steps)
        if isinstance(step, Step) and (because := next(_reasons(step, going), None)) is not None
    )


def _reasons(step: Step, going: set[tuple[str, str]]) -> Iterator[str]:
    old, new = step.old, step.new
    if step.op in _CREATES and new is not None and new.custom and new.protect:
        yield f"{urn_name(step.urn)} is protected from then on: the engine would not delete it on the way back"
    if step.op not in _DELETES or old is None or not old.custom or old.external:
        return
    if old.delete and _generation(old) not in going:
        return
    if old.retain_on_delete:
        if _is_let_go(old):
            yield (
                f"the engine forgets {urn_name(old.urn)} and leaves it standing: the way back would make another beside"
                " it. Bring it back with pulumi import"
            )
    elif old.type in STATEFUL:
        yield f"{STATEFUL[old.type]} do not come back"
    elif old.type == DISTRIBUTION:
        yield "a distribution does not come back under its domain"


def _is_let_go(old: State) -> bool:
    """Whether what stands on is in the way of another one like it."""
    facts = facts_for(old.type)
    return old.type in STATEFUL or old.type == DISTRIBUTION or (facts is not None and facts.on_existing == "error")


def _generation(state: State) -> tuple[str, str]:
    return state.urn, str(state.id)
