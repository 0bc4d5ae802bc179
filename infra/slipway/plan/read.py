"""The JSON document of a preview -> `Plan`. Strict: a field of the wrong type is an error with its path."""

from __future__ import annotations

import hashlib
from operator import attrgetter

import msgspec

from slipway.errors import BadInput
from slipway.plan.complete import blocked_by_protection, check_complete
from slipway.plan.document import HOW, RawStep, decode, one_line
from slipway.plan.model import AnyStep, Op, Plan, State, Step, UnknownStep
from slipway.plan.urn import ROOT_STACK_TYPE, Urn, parse_urn

__all__ = ["read_plan"]

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
    urns = [_urn(raw, index) for index, raw in enumerate(document.steps)]
    project, stack = _project_and_stack(urns)
    steps = tuple([_step(raw, urn, index) for index, (raw, urn) in enumerate(zip(document.steps, urns, strict=True))])
    blocked = blocked_by_protection(document.diagnostics, steps)
    if not blocked:
        check_complete(document.change_summary, steps)
    return Plan(project, stack, steps, blocked, _digest(project, stack, document.steps))


def _urn(raw: RawStep, index: int) -> Urn:
    urn = parse_urn(raw.urn)
    if urn is None:
        raise BadInput(f"steps[{index}].urn is not a Pulumi URN: {one_line(raw.urn)}", HOW)
    return urn


def _step(raw: RawStep, urn: Urn, index: int) -> AnyStep:
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
        if state is not None and not _is_of(state, urn, raw.urn, may_be_renamed=side == "oldState"):
            raise BadInput(f"steps[{index}].{side} is of another resource than the step: it was edited", HOW)
    return Step(op, raw.urn, raw.old_state, raw.new_state, raw.diff_reasons or (), raw.replace_reasons or ())


def _is_of(state: State, urn: Urn, text: str, *, may_be_renamed: bool) -> bool:
    """Whether a state is of the step's resource, which may have had another URN before."""
    if state.urn == text:
        return state.type == urn.type
    own = parse_urn(state.urn) if may_be_renamed else None
    return own is not None and state.type == own.type and (own.project, own.stack) == (urn.project, urn.stack)


def _project_and_stack(urns: list[Urn]) -> tuple[str, str]:
    """From the stack resource's URN; a destroy's preview holds it too. One document is about one stack."""
    if not urns:
        raise BadInput("this preview has no steps at all, not even the stack itself", HOW)
    homes = {(urn.project, urn.stack) for urn in urns}
    roots = {(urn.project, urn.stack) for urn in urns if urn.type == ROOT_STACK_TYPE}
    if not roots:
        raise BadInput("the preview has no step for the stack itself: it is not whole", HOW)
    if len(homes) > 1:
        names = ", ".join(sorted(one_line("/".join(home)) for home in homes))
        raise BadInput(f"the preview mixes resources of several stacks: {names}")
    return roots.pop()


def _digest(project: str, stack: str, steps: list[RawStep]) -> str:
    """SHA-256 over every field of the steps that a verdict may rest on, as printed: not over what differs from one
    preview of a thing to the next (the hour, the program's lines). The engine runs independent steps in parallel and
    prints them as they come, so only the order of one resource's own steps is content."""
    encoder, digest = msgspec.json.Encoder(), hashlib.sha256()
    digest.update(encoder.encode((project, stack)))
    by_urn = sorted(steps, key=attrgetter("urn"))
    for first in range(0, len(by_urn), _AT_ONCE):
        digest.update(encoder.encode(by_urn[first : first + _AT_ONCE]))
    return "sha256:" + digest.hexdigest()
