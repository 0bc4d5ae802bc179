"""Looks for the fewest steps in which blocks can be applied, each of them approved.

Few blocks are searched exhaustively, by number of steps: no way with fewer steps exists. Of many, one block a step is
taken in the order of preference, back again where that leads nowhere, and neighbours are joined where one step may hold
both; how often a plan is judged is bounded, so that a large one costs a multiple of one preflight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TypeAlias

from slipway.split.blocks import Blocks

__all__ = ["Approve", "Path", "Search"]

Path: TypeAlias = tuple[frozenset[int], ...]
Approve: TypeAlias = Callable[[frozenset[int], frozenset[int]], bool]


class Search:
    """One search. `furthest` is the longest way that was found, if none leads to the end."""

    def __init__(self, blocks: Blocks, approve: Approve, budget: int, *, exhaustive: bool) -> None:
        """`approve(done, doing)`: whether a step may apply these blocks after those; asked once for each pair, and
        about `budget` times at most unless the search is exhaustive."""
        self._blocks, self._approve, self._budget = blocks, approve, budget
        self._is_exhaustive = exhaustive
        self._known: dict[tuple[frozenset[int], frozenset[int]], bool] = {}
        self._all = frozenset(range(len(blocks.members)))
        self.furthest: Path = ()

    def path(self) -> Path | None:
        """The steps, None if there is no way or none was found."""
        return self._exhaustive() if self._is_exhaustive else self._joined(self._deep())

    def _ask(self, done: frozenset[int], doing: frozenset[int]) -> bool:
        if not self._blocks.may(done, doing):
            return False
        key = (done, doing)
        if key not in self._known:
            self._known[key] = self._approve(done, doing)
        return self._known[key]

    def _exhaustive(self) -> Path | None:
        """Breadth first: all that one step reaches, then two. Larger steps and smaller numbers first."""
        reached: dict[frozenset[int], Path] = {frozenset(): ()}
        layer = list(reached)
        while layer and self._all not in reached:
            following: list[frozenset[int]] = []
            for done in layer:
                for doing in _subsets(self._all - done):
                    if done | doing not in reached and self._ask(done, doing):
                        reached[done | doing] = (*reached[done], doing)
                        following.append(done | doing)
            layer = following
        self.furthest = max(reached.values(), key=lambda path: sum(map(len, path)))
        return reached.get(self._all)

    def _deep(self) -> Path | None:
        """Depth first, one block a step; a set of applied blocks that led nowhere is not tried again."""
        failed: set[frozenset[int]] = set()
        done: frozenset[int] = frozenset()
        path: list[frozenset[int]] = []
        while done != self._all:
            if sum(map(len, self.furthest)) < len(path):
                self.furthest = tuple(path)
            doing = next((each for each in self._single(done) if done | each not in failed), None)
            if doing is not None:
                path.append(doing)
                done |= doing
            elif path and len(self._known) < self._budget:
                failed.add(done)
                done -= path.pop()
            else:
                return None
        return tuple(path)

    def _single(self, done: frozenset[int]) -> Iterator[frozenset[int]]:
        for each in sorted(self._all - done):
            if len(self._known) >= self._budget:
                return
            if self._ask(done, frozenset({each})):
                yield frozenset({each})

    def _joined(self, path: Path | None) -> Path | None:
        """The same with neighbours joined wherever one step may hold both."""
        if path is None:
            return None
        steps: list[frozenset[int]] = []
        done: frozenset[int] = frozenset()
        for doing in path:
            if steps and self._ask(done, steps[-1] | doing):
                steps[-1] |= doing
            else:
                done = frozenset().union(done, *steps[-1:])
                steps.append(doing)
        return tuple(steps)


def _subsets(numbers: frozenset[int]) -> Iterator[frozenset[int]]:
    """Every subset but the empty one, the largest first."""
    for size in range(len(numbers), 0, -1):
        yield from map(frozenset, combinations(sorted(numbers), size))
