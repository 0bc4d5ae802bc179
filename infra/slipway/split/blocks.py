"""The smallest sets of resources that a step can hold: what needs one another in a circle is one of them.

blocks   resources that serve one purpose (a change, a phase of one, one resource), and go together
riders   components and the like, which ask no provider for anything: they go with the first block that needs them
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from slipway.preflight.union import Union
from slipway.split.needs import Needs

__all__ = ["Blocks", "blocks_of"]


class Blocks(msgspec.Struct, frozen=True):
    """Blocks by number, in the order of preference, and the numbers of those that each one needs directly or through
    riders. `rides` are the riders that go with a block at the latest."""

    members: tuple[tuple[str, ...], ...]
    needs: tuple[frozenset[int], ...]
    rides: tuple[frozenset[str], ...]
    riders: frozenset[str]

    def may(self, done: Collection[int], doing: Collection[int]) -> bool:
        """Whether the engine takes these blocks in one step after those."""
        return all(need in done or need in doing for each in doing for need in self.needs[each])

    def urns(self, numbers: Iterable[int]) -> frozenset[str]:
        """All that is applied with these blocks; with the last of them the riders that nobody needs."""
        chosen = frozenset(numbers)
        found = {urn for each in chosen for urn in (*self.members[each], *self.rides[each])}
        return frozenset(found | self.riders if len(chosen) == len(self.members) else found)


def blocks_of(groups: Sequence[Sequence[str]], needs: Needs) -> Blocks:
    """The blocks that these groups make up. Groups that need one another are one block. Linear but for the needs of a
    block, which are looked for through the whole graph."""
    grouped = {urn for group in groups for urn in group}
    joined = _joined(groups, needs)
    of = {urn: number for number, group in enumerate(joined) for urn in group}
    reached = [_reached(group, needs, grouped) for group in joined]
    return Blocks(
        tuple(joined),
        tuple(frozenset(of[urn] for urn in seen if urn in of) - {n} for n, seen in enumerate(reached)),
        tuple(frozenset(urn for urn in seen if urn not in of and not urn.startswith(" ")) for seen in reached),
        frozenset(urn for urn in needs if urn not in of and not urn.startswith(" ")),
    )


def _joined(groups: Sequence[Sequence[str]], needs: Needs) -> list[tuple[str, ...]]:
    """The groups, those of one circle joined, in the order of their first."""
    graph: dict[str, list[str]] = {urn: list(found) for urn, found in needs.items()}
    for number, group in enumerate(groups):
        hub = f" group {number}"
        graph[hub] = list(group)
        for urn in group:
            graph.setdefault(urn, []).append(hub)
    union = Union()
    for circle in _circles(graph):
        for urn in circle[1:]:
            union.join(circle[0], urn)
    return list(union.groups(urn for group in groups for urn in group))


def _reached(group: Iterable[str], needs: Needs, grouped: Collection[str]) -> dict[str, None]:
    """What a group needs, down to the first member of another group on each way."""
    own = set(group)
    found: dict[str, None] = dict.fromkeys(own)
    todo = list(own)
    while todo:
        for urn in needs.get(todo.pop(), {}):
            if urn not in found:
                found[urn] = None
                if urn not in grouped or urn in own:
                    todo.append(urn)
    return found


def _circles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected parts (Tarjan's algorithm, without recursion: chains of resources are long)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        work = [] if root in index else [(root, iter(graph[root]))]
        if work:
            index[root] = low[root] = len(index)
            stack.append(root)
            on.add(root)
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_popped(stack, node))
                    on.difference_update(found[-1])
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on.add(following)
                work.append((following, iter(graph.get(following, ()))))
            elif following in on:
                low[node] = min(low[node], index[following])
    return found


def _popped(stack: list[str], node: str) -> list[str]:
    """Take a node and all above it from the stack."""
    found = [stack.pop()]
    while found[-1] != node:
        found.append(stack.pop())
    return found
