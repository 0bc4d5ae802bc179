"""Steps -> edits: what the plan does to each resource, as one value a URN. Components and the stack do nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import assert_never

import msgspec

from slipway.plan import Op, Plan, State, Step, Value

__all__ = ["Action", "Edit", "edits_of"]


class Action(StrEnum):
    """What becomes of the real thing behind a URN."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Edit(msgspec.Struct, frozen=True, gc=False):
    """All steps of one resource taken together, with their `positions` in the engine's order; `reasons` are the
    inputs the engine says differ."""

    urn: str
    action: Action
    old: State | None
    new: State | None
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    positions: tuple[int, ...]

    @property
    def position(self) -> int:
        """The first step's place in the engine's order."""
        return self.positions[0]

    @property
    def state(self) -> State:
        """The newest state there is."""
        state = self.new or self.old
        assert state is not None  # noqa: S101 - the reader admits no step without a state
        return state

    @property
    def type(self) -> str:
        """The resource's type token, such as `aws:route53/record:Record`."""
        return self.state.type

    @property
    def old_inputs(self) -> Mapping[str, Value]:
        """What was asked for before; empty for something new."""
        return self.old.inputs if self.old else {}

    @property
    def new_inputs(self) -> Mapping[str, Value]:
        """What is asked for now; empty for something that goes."""
        return self.new.inputs if self.new else {}


def edits_of(plan: Plan) -> tuple[Edit, ...]:
    """One edit for every resource a provider is asked to create, update, replace or delete, in engine order."""
    acting: dict[str, list[tuple[int, Step, Action]]] = defaultdict(list)
    for position, step in enumerate(plan.steps):
        if isinstance(step, Step) and (action := _ACTIONS[step.op]) and step.state and step.state.custom:
            acting[step.urn].append((position, step, action))
    return tuple(sorted(_merge(acting), key=lambda edit: edit.position))


def _merge(acting: Mapping[str, list[tuple[int, Step, Action]]]) -> Iterator[Edit]:
    for urn, entries in acting.items():
        steps = tuple(step for _, step, _ in entries)
        action = _outcome({action for _, _, action in entries})
        wanted = {Action.REPLACE: Op.REPLACE, Action.UPDATE: Op.UPDATE, Action.CREATE: Op.CREATE}.get(action)
        main = next((step for step in steps if step.op is wanted), steps[0])
        reasons = dict.fromkeys(r for step in steps for r in (*step.diff_reasons, *step.replace_reasons))
        new = None if action is Action.DELETE else main.new
        yield Edit(urn, action, main.old, new, tuple(reasons), steps, tuple(p for p, _, _ in entries))


def _outcome(actions: set[Action]) -> Action:
    """A URN may carry a delete left over from an earlier apply beside what this one does to it."""
    for action in (Action.REPLACE, Action.UPDATE):
        if action in actions:
            return action
    return Action.REPLACE if len(actions) > 1 else next(iter(actions))


def _action(op: Op) -> Action | None:
    """None for what leaves the world as it is: reading, importing into the state, letting go of what was read."""
    match op:
        case Op.CREATE:
            return Action.CREATE
        case Op.UPDATE:
            return Action.UPDATE
        case Op.REPLACE | Op.CREATE_REPLACEMENT | Op.IMPORT_REPLACEMENT | Op.READ_REPLACEMENT:
            return Action.REPLACE
        case Op.DELETE | Op.DELETE_REPLACED:
            return Action.DELETE
        case Op.SAME | Op.READ | Op.REFRESH | Op.IMPORT | Op.DIFF | Op.EXTEND_PARAMETERIZE:
            return None
        case Op.DISCARD | Op.DISCARD_REPLACED | Op.REMOVE_PENDING_REPLACE:
            return None
        case _ as never:
            assert_never(never)


_ACTIONS = {op: _action(op) for op in Op}
