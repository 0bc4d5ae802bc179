"""Reachability in a directed acyclic graph, asked for a few nodes out of many.

A node's past is an integer used as a set of bits, worked out when it is first asked for from the pasts of its
predecessors. Bits are numbered within a connected part of the graph, so that the pasts in 10,000 independent sites
cost no more than each on its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from slipway.errors import BadInput
from slipway.plan.document import HOW

__all__ = ["Reach", "sorted_nodes"]

_BUDGET = 32_000_000  # bytes of remembered pasts; beyond it they are worked out anew


class Reach:
    """Which marked nodes lie before which. `marked` are the nodes that count; the others only carry the order on."""

    def __init__(self, predecessors: Sequence[Sequence[int]], marked: Sequence[bool]) -> None:
        """Raises BadInput if the graph has a cycle. Linear in nodes and edges."""
        self.nodes = sorted_nodes(predecessors)
        self._predecessors, self._marked = _carrying(self.nodes, predecessors, marked), marked
        self._part, self._members = _parts(self.nodes, self._predecessors)
        self._bit = [0] * len(predecessors)
        for members in self._members.values():
            for bit, node in enumerate(node for node in members if marked[node]):
                self._bit[node] = bit
        self._pasts: dict[int, int] = {}
        self._spent = 0

    def before(self, earlier: int, later: int) -> bool:
        """Whether a path leads from one marked node to the other."""
        if earlier == later or self._part[earlier] != self._part[later]:
            return False
        return bool(self._past(later) >> self._bit[earlier] & 1)

    def past(self, node: int) -> list[int]:
        """The marked nodes from which a path leads to this one, in topological order."""
        bits = bin(self._past(node))[:1:-1]
        members = (each for each in self._members[self._part[node]] if self._marked[each])
        return [member for member, bit in zip(members, bits, strict=False) if bit == "1"]

    def _past(self, node: int) -> int:
        if node not in self._pasts:
            if self._spent > _BUDGET:
                self._pasts.clear()
                self._spent = 0
            self._work_out(node)
        return self._pasts[node]

    def _work_out(self, node: int) -> None:
        """Depth first without recursion: a chain of resources may be longer than Python's stack."""
        pasts, stack = self._pasts, [node]
        while stack:
            top = stack[-1]
            missing = [each for each in self._predecessors[top] if each not in pasts]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if top not in pasts:
                pasts[top] = past = self._union(top)
                self._spent += 32 + past.bit_length() // 8

    def _union(self, node: int) -> int:
        past = 0
        for each in self._predecessors[node]:
            past |= self._pasts[each]
            if self._marked[each]:
                past |= 1 << self._bit[each]
        return past


def sorted_nodes(predecessors: Sequence[Sequence[int]]) -> list[int]:
    """The nodes so that each stands after its predecessors, else as they are numbered. Raises BadInput on a cycle."""
    done, order = bytearray(len(predecessors)), []  # 0 not seen, 1 on the path, 2 placed
    for root in range(len(predecessors)):
        stack = [root]
        while stack:
            node = stack[-1]
            if done[node] == 0:
                done[node] = 1
                for each in reversed(predecessors[node]):
                    if done[each] == 1:
                        raise BadInput("the preview's resources depend on each other in a circle", HOW)
                    if done[each] == 0:
                        stack.append(each)
                continue
            stack.pop()
            if done[node] == 1:
                done[node] = 2
                order.append(node)
    return order


def _carrying(
    nodes: Sequence[int], predecessors: Sequence[Sequence[int]], marked: Sequence[bool]
) -> list[tuple[int, ...]]:
    """The edges that order anything: those that come from a marked node, directly or through others."""
    carries, kept = list(marked), [()] * len(predecessors)  # type: list[bool], list[tuple[int, ...]]
    for node in nodes:
        kept[node] = tuple({each: None for each in predecessors[node] if carries[each]})
        carries[node] = carries[node] or bool(kept[node])
    return kept


def _parts(nodes: Sequence[int], predecessors: Sequence[tuple[int, ...]]) -> tuple[list[int], dict[int, list[int]]]:
    """The connected parts: which one each node is in, and the nodes of each in topological order."""
    parent = list(range(len(predecessors)))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for node in nodes:
        for each in predecessors[node]:
            parent[find(each)] = find(node)
    part, members = [find(node) for node in range(len(parent))], dict[int, list[int]]()
    for node in nodes:
        members.setdefault(part[node], []).append(node)
    return part, members
