"""The JSON document of a preview -> `Plan`. Strict: a field of the wrong type is an error with its path."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from slipway.errors import BadInput
from slipway.plan.complete import blocked_by_protection, check_complete
from slipway.plan.document import HOW, RawStep, decode, one_line
from slipway.plan.model import AnyStep, Op, Plan, State, Step, UnknownStep
from slipway.plan.urn import ROOT_STACK_TYPE, parse_urn
from slipway.plan.values import NOTHING

__all__ = ["read_plan"]

_Home: TypeAlias = tuple[str, str]  # project, stack
_OPS = {op.value: op for op in Op}
# What the engine always prints with these: what it finds, and what it leaves (pulumi/pkg, resource/deploy/step.go).
_FINDING = frozenset({Op.SAME, Op.UPDATE, Op.REPLACE, Op.CREATE_REPLACEMENT, Op.DELETE, Op.DELETE_REPLACED})
_LEAVING = frozenset({Op.SAME, Op.UPDATE, Op.REPLACE, Op.CREATE_REPLACEMENT, Op.CREATE})
_AT_ONCE = 1000  # steps, so that no second copy of a large plan is made for its digest


def read_plan(text: str | bytes) -> Plan:
    """The plan in the output of `pulumi preview --json --show-sames --show-replacement-steps`.

    Raises BadInput, one sentence, for anything else: not JSON, truncated, another schema, a failed preview, or one
    taken without those options.
    """
    document = decode(text)
    (project, stack), types = _home_and_types(document.steps)
    steps = tuple(
        [_step(raw, type_, index) for index, (raw, type_) in enumerate(zip(document.steps, types, strict=True))]
    )
    blocked = blocked_by_protection(document.diagnostics, steps)
    if not blocked:
        check_complete(document.change_summary, steps)
    # The engine prints a refresh before it makes it, on both sides with the state as it was (measured with 3.259). What
    # it found is in the step that follows; there is none for what it did not find.
    told = tuple([step for step in steps if step.op != Op.REFRESH and not _is_left_out(step)])
    return Plan(project, stack, told, blocked, _digest(project, stack, document.steps))


def _is_left_out(step: AnyStep) -> bool:
    """Whether `--target` left out a create: the engine prints such a resource as if it stayed, without an id and
    without a property, since it asked no provider (pulumi/pkg, resource/deploy/step.go, NewSkippedCreateStep)."""
    old = step.old if isinstance(step, Step) and step.op is Op.SAME else None
    return (
        old is not None and old.custom and not old.raw_id and old.raw_inputs is NOTHING and old.raw_outputs is NOTHING
    )


def _home_and_types(steps: Sequence[RawStep]) -> tuple[_Home, list[str]]:
    """Where the steps belong: a document is about one stack, whose own resource a destroy's preview holds too; and the
    type that each step's URN names."""
    homes: set[_Home] = set()
    types: list[str] = []
    for index, raw in enumerate(steps):
        urn = parse_urn(raw.urn)
        if urn is None:
            raise BadInput(f"steps[{index}].urn is not a Pulumi URN: {one_line(raw.urn)}", HOW)
        homes.add((urn.project, urn.stack))
        types.append(urn.type)
    if not steps:
        raise BadInput("this preview has no steps at all, not even the stack itself", HOW)
    if ROOT_STACK_TYPE not in types:
        raise BadInput("the preview has no step for the stack itself: it is not whole", HOW)
    if len(homes) > 1:
        names = ", ".join(sorted(one_line("/".join(home)) for home in homes))
        raise BadInput(f"the preview mixes resources of several stacks: {names}")
    return homes.pop(), types


def _step(raw: RawStep, type_: str, index: int) -> AnyStep:
    op = _OPS.get(raw.op)
    if op is None:
        return UnknownStep(raw.op, raw.urn)
    old, new = raw.old_state, raw.new_state
    if old is None and new is None:
        raise BadInput(f"steps[{index}] has neither an old nor a new state", HOW)
    if (new is None and op in _LEAVING) or (old is None and op in _FINDING):
        side = "new" if new is None else "old"
        raise BadInput(f"steps[{index}] ({op.value}) has no {side} state: it was cut or edited", HOW)
    for state, side in ((old, "oldState"), (new, "newState")):
        if state is not None and not _is_of(state, type_, raw.urn, may_be_renamed=side == "oldState"):
            raise BadInput(f"steps[{index}].{side} is of another resource than the step: it was edited", HOW)
    return Step(op, raw.urn, raw.old_state, raw.new_state, raw.diff_reasons or (), raw.replace_reasons or ())


def _is_of(state: State, type_: str, text: str, *, may_be_renamed: bool) -> bool:
    """Whether a state is of the step's resource, which may have had another URN before, and in it another type."""
    if state.urn == text:
        return state.type == type_
    own, urn = parse_urn(state.urn) if may_be_renamed else None, parse_urn(text)
    if own is None or urn is None:
        return False
    return state.type == own.type and (own.project, own.stack) == (urn.project, urn.stack)


def _digest(project: str, stack: str, steps: list[RawStep]) -> str:
    """SHA-256 over every field of the steps that a verdict may rest on, as printed: not over what differs from one
    preview of a thing to the next (the hour, the program's lines). The engine runs independent steps in parallel and
    prints them as they come, so only the order of one resource's own steps is content."""
    encoder, digest = msgspec.json.Encoder(), hashlib.sha256()
    digest.update(encoder.encode((project, stack)))
    by_urn = sorted(steps, key=attrgetter("urn"))
    for first in range(0, len(by_urn), _AT_ONCE):
        digest.update(encoder.encode([_in_order(step) for step in by_urn[first : first + _AT_ONCE]]))
    return "sha256:" + digest.hexdigest()


def _in_order(step: RawStep) -> RawStep:
    """The step with its dependencies sorted. They are sets, and Python's SDK hands them over in the order of its
    hashes, which is another one in every run of a program."""
    old, new = _sorted(step.old_state), _sorted(step.new_state)
    same = old is step.old_state and new is step.new_state
    return step if same else replace(step, old_state=old, new_state=new)


def _sorted(state: State | None) -> State | None:
    if state is None:
        return None
    properties = state.property_dependencies
    if len(state.dependencies) < 2 and max(map(len, filter(None, properties.values())), default=0) < 2:
        return state
    ordered = {key: sources and tuple(sorted(sources)) for key, sources in properties.items()}
    return replace(state, dependencies=tuple(sorted(state.dependencies)), property_dependencies=ordered)
