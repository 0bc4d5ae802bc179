"""Delete-first replacements: which deletes the engine does early, and for the sake of which replacement.

Such a replacement is one serial chain: the deletes of the dependents it drags along, its own delete, its create
(step_generator.go, `continueStepsFromDiff`). A dragged dependent is created again in a chain of its own, which the
engine joins to nothing: only what the dependent's new state depends on holds it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from slipway.plan.edges import first_late
from slipway.plan.model import AnyStep, Op, State, Step
from slipway.plan.reach import Reach
from slipway.plan.urn import provider_urn

__all__ = ["Chain", "Dragged", "chains_of", "dragged_of"]

_DELETES = (Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD_REPLACED)


class Chain(msgspec.Struct, frozen=True, gc=False):
    """A delete-first replacement. `own` is the position of its delete, None if an earlier apply did it already."""

    urn: str
    old: State
    position: int  # of its `replace` step
    own: int | None

    @property
    def old_urn(self) -> str:
        """Under another URN if the resource was renamed with an alias."""
        return self.old.urn


class Dragged(msgspec.Struct, frozen=True, gc=False):
    """An early delete of a dependent, by its position, and the chains that may drag it along: mostly one.

    If there are several, the one whose resource the program happens to register first does it.
    """

    position: int
    urn: str
    chains: tuple[Chain, ...]


def chains_of(steps: Sequence[AnyStep]) -> tuple[Chain, ...]:
    """The delete-first replacements of the plan, in its order."""
    deletes = {_generation(step.old): index for index, step in _early_deletes(steps) if step.old}
    return tuple(_chains(steps, deletes))


def _chains(steps: Sequence[AnyStep], deletes: dict[tuple[str, str], int]) -> Iterator[Chain]:
    for index, step in enumerate(steps):
        if not isinstance(step, Step) or step.op is not Op.REPLACE or step.old is None or step.new is None:
            continue
        own = deletes.get(_generation(step.old))
        if own is not None and own < index and (step.replace_reasons or own == index - 1):
            yield Chain(step.urn, step.old, index, own)
        elif own is None and step.old.pending_replacement:
            yield Chain(step.urn, step.old, index, None)


def dragged_of(steps: Sequence[AnyStep], chains: Sequence[Chain]) -> tuple[Dragged, ...]:
    """The early deletes that belong to another resource's chain, in the plan's order."""
    owned = {chain.own for chain in chains}
    rest = [(index, step.old) for index, step in _early_deletes(steps) if index not in owned and step.old]
    if not rest:
        return ()
    roots = {chain.old_urn: chain for chain in chains}
    olds = {old.urn: old for _, old in rest} | {chain.old_urn: chain.old for chain in chains}
    numbers = {urn: number for number, urn in enumerate(olds)}
    edges = [[numbers[urn] for urn in _draws(old) if urn in numbers] for old in olds.values()]
    reach, names = Reach(edges, [urn in roots for urn in olds]), list(olds)
    found = []
    for index, old in rest:
        above = (roots[names[node]] for node in reach.past(numbers[old.urn]))
        found.append(Dragged(index, old.urn, tuple(chain for chain in above if chain.position > index)))
    return tuple(found)


def _draws(old: State) -> Iterator[str]:
    """Whose delete draws this one's with it: what its inputs are computed from, its provider, what it is replaced with;
    neither its parent nor what it only waits for (step_generator.go, `calculateDependentReplacements`)."""
    for urns in old.property_dependencies.values():
        yield from urns or ()
    yield from old.replace_with
    yield provider_urn(old.provider)


def _early_deletes(steps: Sequence[AnyStep]) -> Iterator[tuple[int, Step]]:
    for index in range(first_late(steps)):
        step = steps[index]
        if isinstance(step, Step) and step.op in _DELETES:
            yield index, step


def _generation(state: State) -> tuple[str, str]:
    return state.urn, str(state.id)
