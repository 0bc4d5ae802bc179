"""The steps of a plan that do something to the world, numbered in the engine's order: operations and their events.

An operation has two events, its start and its end. Between them it is under way; a run of the apply is a sequence of
events and may stop after any of them. What only moves state around (`same`, `replace`, `read`, `refresh`, `import`,
`discard` and the steps of components, providers and views) is no operation; `order` knows what waits for it anyway.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from slipway.plan.model import Op, Plan, State, Step

__all__ = ["Act", "Operation", "acts", "end", "operations_of", "placed_operations", "start"]


class Act(StrEnum):
    """What an operation does to the world."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Operation(msgspec.Struct, frozen=True, gc=False):
    """One step that acts. `op` is the engine's word for it; `partner` is the index of the other half of a replacement,
    where that half acts as well. `old` is what an update or delete finds, `new` what a create or update leaves."""

    index: int
    act: Act
    op: Op
    urn: str
    old: State | None
    new: State | None
    partner: int | None = None


def start(operation: Operation) -> int:
    """The event at which the operation begins."""
    return 2 * operation.index


def end(operation: Operation) -> int:
    """The event at which the operation is done."""
    return 2 * operation.index + 1


def operations_of(plan: Plan) -> tuple[Operation, ...]:
    """Every step of the plan that acts, in the engine's order."""
    return tuple(each for _, each in placed_operations(plan))


def placed_operations(plan: Plan) -> list[tuple[int, Operation]]:
    """Every operation with its step's place in the plan."""
    acting = [(at, step, act) for at, step in enumerate(plan.steps) if isinstance(step, Step) and (act := acts(step))]
    partners = _partners([step for _, step, _ in acting])
    found = []
    for index, (at, step, act) in enumerate(acting):
        old = None if act is Act.CREATE else step.old
        new = None if act is Act.DELETE else step.new
        found.append((at, Operation(index, act, step.op, step.urn, old, new, partners.get(index))))
    return found


def acts(step: Step) -> Act | None:
    """What the step does to the world; None if nothing.

    The engine asks no provider to delete what it only reads or was told to retain (step.go, `DeleteStep.Apply`).
    """
    op = step.op
    if op is Op.CREATE or op is Op.CREATE_REPLACEMENT:
        act, state = Act.CREATE, step.new
    elif op is Op.UPDATE:
        act, state = Act.UPDATE, step.new
    elif op is Op.DELETE or op is Op.DELETE_REPLACED:
        act, state = Act.DELETE, step.old
    else:
        return None
    if state is None or not state.custom or state.external or state.view_of:
        return None
    if state.type.startswith("pulumi:providers:") or (act is Act.DELETE and state.retain_on_delete):
        return None
    return act


def _partners(steps: list[Step]) -> dict[int, int]:
    """A delete goes with the create-replacement that names the same generation of the resource as its old state."""
    made = {
        _generation(step.old): index
        for index, step in enumerate(steps)
        if step.op is Op.CREATE_REPLACEMENT and step.old is not None
    }
    partners: dict[int, int] = {}
    for index, step in enumerate(steps):
        if step.op is Op.DELETE_REPLACED and step.old is not None:
            other = made.pop(_generation(step.old), None)
            if other is not None:
                partners[index], partners[other] = other, index
    return partners


def _generation(state: State) -> tuple[str, str]:
    """Which of the resources that have had this URN: the URN and the id, since old generations may pile up."""
    return state.urn, str(state.id)
