"""How finely a plan is cut: whole changes first, then the changes that cannot be applied whole.

A refused change is cut into what it adds, what it switches and what it takes away (expand, switch, contract); where the
resources are few, and in the end in any case, each may stand alone. What the engine takes only together stays together
at every level: that is for `blocks` to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import TypeAlias

from slipway.plan import Op
from slipway.preflight import Change

__all__ = ["Groups", "levels_of"]

Groups: TypeAlias = tuple[tuple[str, ...], ...]


def levels_of(changes: Sequence[Change], stuck: Set[str], affordable: Callable[[int], bool]) -> Iterator[Groups]:
    """The groups of URNs to look for steps with, level by level. `stuck` holds the URNs that no step could apply at the
    level before, `affordable` whether so many blocks can be searched through."""
    yield tuple(_urns(change) for change in changes)
    refused = [change for change in changes if not stuck.isdisjoint(_urns(change))]
    for cut in (refused, list(changes)) if len(refused) < len(changes) else (refused,):
        whole = [_urns(change) for change in changes if change not in cut]
        phases = [phase for change in cut for phase in _phases(change)]
        single = [(urn,) for phase in phases for urn in phase]
        if not affordable(len(whole) + len(single)) and len(phases) < len(single):
            yield (*whole, *phases)
        yield (*whole, *single)


def _urns(change: Change) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.urn for step in change.steps))


def _phases(change: Change) -> Iterator[tuple[str, ...]]:
    """What a change only adds, what it switches, what it takes away; empty ones are left out."""
    ops: dict[str, set[Op]] = {}
    for step in change.steps:
        ops.setdefault(step.urn, set()).add(step.op)
    adds = tuple(urn for urn, found in ops.items() if found == {Op.CREATE})
    takes = tuple(urn for urn, found in ops.items() if found <= {Op.DELETE, Op.DELETE_REPLACED})
    rest = tuple(urn for urn in ops if urn not in adds and urn not in takes)
    yield from (phase for phase in (adds, rest, takes) if phase)
