"""Looks for the steps level by level, proven ones first, and says what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from slipway.plan import Plan, Step
from slipway.preflight import Verdict
from slipway.split.blocks import Blocks, blocks_of
from slipway.split.conflict import conflict_of
from slipway.split.judging import Judging
from slipway.split.levels import levels_of
from slipway.split.model import Circumstances, Conflict, Cut, Piece
from slipway.split.needs import needs_of
from slipway.split.search import Path, Search
from slipway.split.waits import with_waits

__all__ = ["Cutting"]

_STEPS_JUDGED = 2_000_000  # in one search of many blocks: some minutes, if all of it is needed
_FEWEST = 200  # plans may be judged whatever their size
_EXHAUSTIVE = 150_000  # steps judged to be sure that no way is shorter: some ten seconds


class Cutting:
    """One plan on its way into pieces."""

    def __init__(
        self, plan: Plan, given: Circumstances, moved: Mapping[str, tuple[Step, ...]], judging: Judging, whole: Verdict
    ) -> None:
        self._plan, self._given, self._judging, self._whole = plan, given, judging, whole
        self._moved, self._needs = moved, needs_of(plan, moved)
        self._blocks = blocks_of((), self._needs)
        self._furthest: Path = ()

    def outcome(self) -> Cut | Conflict:
        """The cut with the fewest steps that are all proven; if there is none, one whose later steps are to be proven
        when those before have been applied; or the conflict."""
        apart: tuple[Piece, ...] | None = None
        for proven in (True, False):
            for groups in levels_of(self._whole.changes, self._stuck, self._affordable):
                self._blocks = blocks_of(groups, self._needs)
                if path := self._searched(proven):
                    return Cut(with_waits(self._plan, self._pieces(path), self._judging.verdict, self._given))
                if apart is None:
                    apart = self._pieces(self._furthest)
        done = frozenset().union(*self._furthest)
        return replace(conflict_of(self._blocks, done, self._verdict), apart=apart or ())

    def _searched(self, proven: bool) -> Path | None:
        def approve(done: frozenset[int], doing: frozenset[int]) -> bool:
            verdict = self._verdict(done, doing)
            if proven or not done:
                return self._judging.proves(verdict)
            return self._judging.may_prove(verdict, self._blocks.urns(done), self._targets(done, doing))

        budget = max(_FEWEST, _STEPS_JUDGED // len(self._plan.steps))
        search = Search(self._blocks, approve, budget, exhaustive=self._affordable(len(self._blocks.members)))
        path = search.path()
        self._furthest = search.furthest
        return path

    def _affordable(self, blocks: int) -> bool:
        """Whether every way can be tried: 3 ** blocks plans at most."""
        return blocks < 12 and 3**blocks * len(self._plan.steps) <= _EXHAUSTIVE

    def _stuck(self) -> frozenset[str]:
        """What no step of the furthest way applies."""
        done = frozenset().union(*self._furthest)
        return frozenset(
            urn for number, urns in enumerate(self._blocks.members) if number not in done for urn in urns
        )

    def _targets(self, done: frozenset[int], doing: frozenset[int]) -> frozenset[str]:
        return self._blocks.urns(done | doing) - self._blocks.urns(done)

    def _verdict(self, done: frozenset[int], doing: frozenset[int]) -> Verdict | None:
        return self._judging.of(self._blocks.urns(done), self._targets(done, doing))

    def _pieces(self, path: Path) -> tuple[Piece, ...]:
        found: list[Piece] = []
        done: frozenset[int] = frozenset()
        for doing in path:
            verdict, targets = self._verdict(done, doing), self._targets(done, doing)
            assert verdict is not None  # noqa: S101 - approved above
            ordered = tuple(urn for urn in self._moved if urn in targets)
            found.append(Piece(ordered, verdict, proven=verdict.approved))
            done |= doing
        return tuple(found)
