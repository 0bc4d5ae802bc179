"""What the plan does with each resource, and what is there when the apply stops: the way back begins with that.

A stop is a set of operations that are done, closed under "before". None stands for the finished apply.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

import msgspec

from slipway.plan import AnyStep, Op, Plan, State, Step
from slipway.plan.chains import chains_of, dragged_of
from slipway.plan.operations import placed_operations
from slipway.plan.urn import urn_name

__all__ = ["Fate", "Stop", "Untold", "fates_of", "is_done"]

Kind: TypeAlias = Literal["same", "create", "update", "replace", "delete", "read"]
Stop: TypeAlias = "Collection[int] | None"

_PASSING = {Op.REFRESH, Op.REMOVE_PENDING_REPLACE}
_PLAIN: dict[Op, Kind] = {
    Op.SAME: "same", Op.CREATE: "create", Op.UPDATE: "update", Op.REPLACE: "replace", Op.DELETE: "delete",
    Op.READ: "read", Op.DISCARD: "read",
}  # fmt: skip


class Untold(Exception):
    """The plan does not say what its way back would be."""

    def __init__(self, urn: str, because: str) -> None:
        super().__init__(because)
        self.urn, self.because = urn, because


class Fate(msgspec.Struct, frozen=True, gc=False):
    """What becomes of one resource. `make` and `remove` are the operations (by index) that create or update and that
    delete; None where nothing acts. A replacement that deletes first names the chain (by its root's URN) that deletes
    it, mostly its own; `reasons` are the inputs for the sake of which it is replaced. `leftovers` are old generations
    that an earlier apply left to be deleted."""

    urn: str
    kind: Kind
    old: State | None
    new: State | None
    make: int | None = None
    remove: int | None = None
    chain: str = ""
    reasons: frozenset[str] = frozenset()
    leftovers: tuple[State, ...] = ()

    @property
    def is_renamed(self) -> bool:
        """Whether the program gave it another URN. The commit before knows nothing of that one."""
        return self.old is not None and self.old.urn != self.urn

    @property
    def comes(self) -> bool:
        """Whether the apply makes a real thing, or something in the state, that was not there before."""
        return self.kind in ("create", "replace")


def is_done(operation: int | None, stop: Stop) -> bool:
    """Whether an operation is done at a stop. What acts on nothing is done at once."""
    return operation is None or stop is None or operation in stop


def fates_of(plan: Plan) -> list[Fate]:
    """The fate of every resource, in the plan's order. Raises Untold for steps that have no known way back. Linear."""
    numbers = {at: operation.index for at, operation in placed_operations(plan)}
    by_urn: dict[str, list[tuple[int, Step]]] = defaultdict(list)
    for at, step in enumerate(plan.steps):
        if not isinstance(step, Step):
            raise Untold(step.urn, f"nobody knows what a step {step.op!r} does, or undoes")
        if step.op not in _PASSING:
            # What is renamed and replaced at once is deleted under the URN it had.
            by_urn[step.urn].append((at, step))
    homes = {s.old.urn: s.urn for s in plan.steps if isinstance(s, Step) and s.op is Op.REPLACE and s.old}
    for urn, entries in list(by_urn.items()):
        if (home := homes.get(urn, urn)) != urn and all(step.op is Op.DELETE_REPLACED for _, step in entries):
            by_urn[home] += by_urn.pop(urn)
    chains = _chains(plan.steps)
    return [_fate(urn, entries, numbers, chains) for urn, entries in by_urn.items()]


def _fate(urn: str, entries: list[tuple[int, Step]], numbers: dict[int, int], chains: dict[int, str]) -> Fate:
    if len(entries) == 1 and (found := entries[0])[1].op in _PLAIN and found[1].op is not Op.REPLACE:
        at, step = found  # Nearly every resource of nearly every plan.
        kind = _PLAIN[step.op]
        number = numbers.get(at)
        make, remove = (None, number) if kind == "delete" else (number, None)
        return Fate(urn, kind, step.old, None if step.op is Op.DISCARD else step.new, make, remove, chains.get(at, ""))
    steps = [step for _, step in entries]
    main = next((step for step in steps if step.op in _PLAIN), None)
    unusual = next((step for step in steps if step.op not in _PLAIN and step.op not in _HALVES), None)
    if unusual is not None:
        raise Untold(urn, f"this version does not know the way back of a step {unusual.op.value!r}")
    replaced = {_generation(step.old) for step in steps if step.op is Op.REPLACE and step.old}
    make = remove = None
    chain, leftovers, dragged, deleted = "", [], None, False
    for at, step in entries:
        if step.op in (Op.CREATE, Op.UPDATE, Op.CREATE_REPLACEMENT):
            make = numbers.get(at)
        elif step.op is Op.DELETE or (step.old and _generation(step.old) in replaced and step.op is not Op.REPLACE):
            remove, chain, deleted = numbers.get(at), chains.get(at, ""), True
        elif step.op is Op.DELETE_REPLACED and step.old:
            if at in chains:  # Dragged along, and no longer in the program.
                dragged, remove, chain = step.old, numbers.get(at), chains[at]
            else:
                leftovers.append(step.old)
    if main is None:
        return Fate(urn, "delete", dragged, None, None, remove, chain, leftovers=tuple(leftovers))
    if main.op is Op.REPLACE and main.old is not None and main.old.pending_replacement and not deleted:
        raise Untold(urn, f"an interrupted apply deleted {urn_name(urn)} already, and this one only makes it anew")
    old = None if main.old is None else msgspec.structs.replace(main.old, delete=False, pending_replacement=False)
    reasons = frozenset(re.split(r"[.\[]", each, maxsplit=1)[0] for step in steps for each in step.replace_reasons)
    return Fate(urn, _PLAIN[main.op], old, main.new, make, remove, chain, reasons, tuple(leftovers))


_HALVES = (Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED)


def _chains(steps: Sequence[AnyStep]) -> dict[int, str]:
    """The early deletes, by position, with the URN of the delete-first replacement that each is a part of."""
    chains = chains_of(steps)
    found = {chain.own: chain.urn for chain in chains if chain.own is not None}
    for each in dragged_of(steps, chains):
        if len(each.chains) != 1:
            raise Untold(each.urn, f"the plan does not say for the sake of what {urn_name(each.urn)} is deleted")
        found[each.position] = each.chains[0].urn
    return found


def _generation(state: State) -> tuple[str, str]:
    return state.urn, str(state.id)
