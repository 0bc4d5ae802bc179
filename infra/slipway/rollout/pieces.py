"""A change that has to be cut, taken in proven steps: the first that `split` cuts off it is applied, then the rest cut
anew from a preview of what stands by then. So each step is proven as it is taken.

How long resolvers hold what a step has ended stands in the ledger with the step's preflight, and the next one waits
for that. Whoever goes on after a crash finds all of it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from slipway.config import StackConfig
from slipway.engine import Engine
from slipway.ledger import Deed, Link
from slipway.preflight import Durations
from slipway.repository import repository_around
from slipway.rollout.environment import Environment, checked_out
from slipway.rollout.judge import Judged, judge
from slipway.split import Circumstances, Cut, split

__all__ = ["PIECES", "FirstPiece", "before_the_piece", "circumstances", "first_piece", "held_until", "stood_before"]

PIECES = "pieces"
"""What the preflight of a step has among its results: of how many steps it is the first."""

_WAIT = "wait"  # the seconds to wait after it


@dataclass(frozen=True, slots=True)
class FirstPiece:
    """The step, as the engine previews it with its targets; one of so many, with so many seconds to wait after it."""

    judged: Judged
    pieces: int
    wait: int

    def noted(self, deed: Deed) -> Deed:
        """The step's preflight, with what whoever takes the next step has to know."""
        return replace(deed, results={**deed.results, PIECES: self.pieces, _WAIT: self.wait})


def circumstances(config: StackConfig) -> Circumstances:
    """What a stack's plan is judged by besides itself."""
    durations = Durations(**config.durations.model_dump())
    return Circumstances(config.environment, config.all_external, config.retire, durations)


def first_piece(environment: Environment, whole: Judged, engine: Engine) -> FirstPiece | None:
    """The first step of a plan; None where it cannot be cut, or need not be. EngineError if the engine cannot preview
    the step by its targets."""
    cut = split(whole.plan, circumstances(environment.config))
    if not isinstance(cut, Cut) or len(cut.pieces) < 2:
        return None
    piece = cut.pieces[0]
    found = judge(environment.stack, environment.project, engine=engine, targets=piece.targets)
    return FirstPiece(found, len(cut.pieces), piece.wait.seconds)


def held_until(backwards: Iterable[Link]) -> datetime | None:
    """Until when resolvers may hold what the last apply has ended, if that was a step after which is to be waited; the
    entries come newest first."""
    applied: Link | None = None
    for link in backwards:
        deed = link.entry.deed
        if deed.kind in ("apply", "rollback") and applied is None:
            if (deed.kind, deed.outcome) != ("apply", "done"):
                return None
            applied = link
        elif applied and deed.kind == "preflight" and deed.plan == applied.entry.deed.plan:
            return applied.entry.at + timedelta(seconds=float(deed.results.get(_WAIT) or 0))
    return None


def stood_before(backwards: Iterable[Link]) -> str:
    """The commit that stood there before the last apply began to take another one in steps; empty if that was no step,
    or nothing stood there. The entries come newest first."""
    deeds = (link.entry.deed for link in backwards)
    applied = (deed for deed in deeds if deed.kind in ("apply", "rollback") and deed.outcome == "done")
    last = next(applied, None)
    if last is None or not last.targets:
        return ""
    return next((deed.commit for deed in applied if deed.commit != last.commit), "")


@contextmanager
def before_the_piece(environment: Environment) -> Iterator[Environment | None]:
    """The environment as it was before a commit that is applied in steps, of which the last was not the end; None if
    it is no such one, or nothing is known of before."""
    commit = stood_before(environment.book.backwards())
    if not commit or not repository_around(environment.project).resolve(commit):
        yield None
        return
    with checked_out(environment, commit) as before:
        yield before
