"""Looks for the steps level by level, proven ones first, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from slipway.plan import Plan, Step
from slipway.preflight import Change, Verdict
from slipway.split.blocks import Blocks, blocks_of
from slipway.split.conflict import MOST, Refusals, conflict_of
from slipway.split.judging import Judging
from slipway.split.levels import levels_of
from slipway.split.model import Conflict, Cut, Piece
from slipway.split.needs import Needs
from slipway.split.search import Path, Search

__all__ = ["Cutting"]

_A_BLOCK = 20  # plans may be judged for each block, where there are too many to try every way
_EXHAUSTIVE = 100_000  # steps judged to be sure that no way is shorter: some five seconds


class _Attempt(msgspec.Struct, frozen=True):
    """A search of these blocks, for steps that are `strictly` proven, and how far it came."""

    blocks: Blocks
    strictly: bool
    path: Path = ()

    @property
    def left(self) -> frozenset[int]:
        """The blocks that no step applies."""
        return frozenset(range(len(self.blocks.members))).difference(*self.path)

    def verdict(self, judging: Judging, done: frozenset[int], doing: frozenset[int]) -> Verdict | None:
        """The verdict on a step with these blocks after those."""
        return judging.of(self.blocks.urns(done), self.targets(done, doing))

    def targets(self, done: frozenset[int], doing: frozenset[int]) -> frozenset[str]:
        """The URNs of a step with these blocks after those."""
        return self.blocks.urns(done | doing) - self.blocks.urns(done)

    def proves(self, judging: Judging, done: frozenset[int], doing: frozenset[int]) -> bool:
        """Whether the step may be applied, as far as that can be said before those before it are."""
        verdict = self.verdict(judging, done, doing)
        if self.strictly or not done:
            return judging.proves(verdict)
        return judging.may_prove(verdict, self.blocks.urns(done), self.targets(done, doing))


class Cutting:
    """One plan on its way into pieces."""

    def __init__(self, plan: Plan, moved: Mapping[str, tuple[Step, ...]], needs: Needs, judging: Judging) -> None:
        self._size, self._moved, self._needs, self._judging = len(plan.steps), moved, needs, judging

    def outcome(self, changes: Sequence[Change]) -> Cut | Conflict:
        """The cut with the fewest steps that are all proven; if there is none, one whose later steps are to be proven
        when those before have been applied; or the conflict. Nothing is waited for yet."""
        tried: list[_Attempt] = []
        for strictly in (True, False):
            for attempt in self._attempts(changes, strictly):
                if not attempt.left:
                    return Cut(self._pieces(attempt))
                tried.append(attempt)
        # Where single resources are too many to be tried in every order, the first level is the coarsest.
        last = next((each for each in reversed(tried) if len(each.left) <= MOST), tried[0])
        found = conflict_of(last.blocks, frozenset[int]().union(*last.path), self._refusals(last))
        return msgspec.structs.replace(found, apart=self._pieces(tried[0]))

    def _refusals(self, attempt: _Attempt) -> Refusals:
        def refusals(done: frozenset[int], doing: frozenset[int]) -> Verdict | None:
            proven = attempt.proves(self._judging, done, doing)
            return None if proven else attempt.verdict(self._judging, done, doing)

        return refusals

    def _attempts(self, changes: Sequence[Change], strictly: bool) -> Iterator[_Attempt]:
        """One search a level, until one reaches the end."""
        left: set[str] = set()
        for groups in levels_of(changes, left, self._is_affordable):
            attempt = self._searched(_Attempt(blocks_of(groups, self._needs), strictly))
            left.clear()
            left.update(urn for block in attempt.left for urn in attempt.blocks.members[block])
            yield attempt

    def _searched(self, attempt: _Attempt) -> _Attempt:
        blocks = attempt.blocks
        search = Search(
            blocks,
            lambda done, doing: attempt.proves(self._judging, done, doing),
            _A_BLOCK * len(blocks.members),
            exhaustive=self._is_affordable(len(blocks.members)),
        )
        return msgspec.structs.replace(attempt, path=search.path() or search.furthest)

    def _is_affordable(self, blocks: int) -> bool:
        """Whether every way can be tried: 3 ** blocks plans at most."""
        return blocks < 12 and 3**blocks * self._size <= _EXHAUSTIVE

    def _pieces(self, attempt: _Attempt) -> tuple[Piece, ...]:
        found: list[Piece] = []
        done: frozenset[int] = frozenset()
        for doing in attempt.path:
            verdict, targets = attempt.verdict(self._judging, done, doing), attempt.targets(done, doing)
            assert verdict is not None  # noqa: S101 - approved on the way
            ordered = tuple(urn for urn in self._moved if urn in targets)
            found.append(Piece(ordered, verdict, proven=verdict.approved))
            done |= doing
        return tuple(found)
