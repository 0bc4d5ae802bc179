"""The steps of a plan, as the ledger keeps them and the guard knows them again. Pure.

The engine takes three kinds of step that touch the world: it creates, updates and deletes. A replacement is a create
and a delete. What a preview says will be replaced may turn out to be an update once all is known (a record's key that
depends on something replaced, and is the same in the end): the proof has looked at both, so both are permitted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from slipway.guard.inputs import digest, open_places
from slipway.ledger import Step as Known
from slipway.plan import Op, Plan, State, Step

__all__ = ["Deed", "base_of", "known_steps", "left_alone", "permits"]

Deed: TypeAlias = Literal["create", "update", "delete"]
_CREATES = frozenset({Op.CREATE, Op.CREATE_REPLACEMENT, Op.IMPORT, Op.IMPORT_REPLACEMENT})
_DELETES = frozenset({Op.DELETE, Op.DELETE_REPLACED})
_WORDS: dict[Op, Deed] = {
    **dict.fromkeys(_CREATES, "create"),
    **dict.fromkeys(_DELETES, "delete"),
    Op.UPDATE: "update",
}
_UNSEEN = ("pulumi:pulumi:Stack", "pulumi:providers:")  # no thing of the world


def known_steps(plan: Plan) -> tuple[Known, ...]:
    """What a plan creates, updates and deletes, by digests of the inputs before and after."""
    found = [_known(step, word) for step in plan.steps if isinstance(step, Step) and (word := _WORDS.get(step.op))]
    return tuple(sorted(found, key=lambda step: (step.urn, step.op)))


def permits(steps: Iterable[Known], deed: Deed, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether one of a resource's approved steps is this one; `old` and `new` are its inputs before and after, as far
    as this kind of step has them."""
    for step in steps:
        may_be = step.op == deed or (step.op == "create" and deed == "update" and step.old)
        if may_be and _is_old(step, deed, old) and _is_new(step, deed, new):
            return True
    return False


def base_of(plan: Plan) -> str:
    """A digest of the deployed resources that a plan leaves alone."""
    touched = {step.urn for step in plan.steps if not (isinstance(step, Step) and step.op is Op.SAME)}
    deployed = ((step.old, step.urn) for step in plan.steps if isinstance(step, Step) and step.old)
    return left_alone(((urn, _id(state), state.inputs) for state, urn in deployed if state.custom), touched)


def left_alone(resources: Iterable[tuple[str, str, Mapping[str, Any]]], touched: Iterable[str]) -> str:
    """The same digest over a deployment's resources, as (URN, id, inputs), without those that are `touched`."""
    out = frozenset(touched)
    lines = sorted(
        f"{urn} {id_} {digest(inputs)}\n"
        for urn, id_, inputs in resources
        if urn not in out and not urn.split("::")[2].split("$")[-1].startswith(_UNSEEN)
    )
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


def _known(step: Step, word: Deed) -> Known:
    # The old inputs of a creating half of a replacement are kept as well: it may turn out to be an update.
    old = digest(step.old.inputs) if step.old else ""
    if word == "delete" or step.new is None:
        return Known(word, step.urn, old)
    unknown = open_places(step.new.inputs)
    return Known(word, step.urn, old, digest(step.new.inputs, unknown), unknown)


def _is_old(step: Known, deed: Deed, old: Mapping[str, Any] | None) -> bool:
    """A hook for a create is not given the old inputs."""
    return deed == "create" or step.old == digest(old)


def _is_new(step: Known, deed: Deed, new: Mapping[str, Any] | None) -> bool:
    return deed == "delete" or step.new == digest(new, step.unknown)


def _id(state: State) -> str:
    return str(state.id or "")
