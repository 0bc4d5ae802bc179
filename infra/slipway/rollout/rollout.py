"""A rollout from its beginning to its end: who is at it, when it may begin, who is told, what a failure leads to."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

from slipway import git
from slipway.engine import Engine
from slipway.errors import BadInput, SlipwayError
from slipway.guard.permission import Refused
from slipway.ledger import Deed, Link, newest, under_way
from slipway.preflight import Verdict
from slipway.rollout.announce import Facts, announce
from slipway.rollout.circumstances import in_its_place
from slipway.rollout.deeds import preflight_deed
from slipway.rollout.driver import Failed, Next, NotServing, Paused, Teller, Told, drive
from slipway.rollout.environment import Environment, who_is_at_it
from slipway.rollout.gates import Surroundings
from slipway.rollout.judge import Judged, judge
from slipway.rollout.pieces import first_piece, held_until
from slipway.rollout.rollback import go_back, way_back
from slipway.rollout.stages import Stage, next_stage
from slipway.rollout.window import may_begin

__all__ = ["Wanted", "give_up", "roll_out"]

_AGAIN = "slipway rollout --resume"
_SPLIT = "split"
"""Among the results of a rollout that may cut: whoever goes on with it may as well."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Through which environments, in order; `resume`: one that has not ended; `reviews`: a file with those of a pull
    request; `now`: also outside the deploy window; `split`: a change that has to be cut is taken in steps."""

    environments: tuple[Environment, ...]
    resume: bool = False
    reviews: Path | None = None
    now: bool = False
    split: bool = False


def roll_out(wanted: Wanted, engine: Engine, teller: Teller) -> None:
    """Take what is checked out through the environments. Raises Refused if somebody else is at it, Paused outside the
    deploy window and where a stage is inconclusive, Failed where one fails; the ledgers say how far it came."""
    last = wanted.environments[-1]
    with last.alone("rollout"):
        _rolled_out(wanted, engine, teller)


def give_up(environment: Environment, reason: str) -> Link:
    """Write down that nobody goes on with the rollout that has not ended there, so that another commit may. What it has
    applied stays. Refused while it runs on this machine; BadInput if there is none."""
    with environment.alone("rollout"):
        begun = under_way(environment.book.backwards(), "rollout")
        if begun is None:
            raise BadInput(f"no rollout to {environment.stack} is under way", "slipway rollout begins one.")
        return environment.end(begun, "failed", reason=reason)


def _rolled_out(wanted: Wanted, engine: Engine, teller: Teller) -> None:
    last = wanted.environments[-1]
    if not under_way(last.book.backwards(), "rollout") and all(map(_is_done, wanted.environments)):
        return
    begun = _begun(last, wanted)
    judge_it = _judge(wanted, begun, teller)
    try:
        for environment in wanted.environments:
            _may_begin(environment, wanted, teller)
            drive(environment, engine, teller, judge_it, _then(environment))
    except Paused:
        raise
    except SlipwayError as error:
        with suppress(SlipwayError):  # What cannot be reached may be the ledger, and then nothing has ended.
            last.end(begun, "failed", reason=error.message)
        if isinstance(error, NotServing) and error.environment.config.guarded:
            _back(error, engine, teller)
        raise
    last.end(begun, "done")


def _then(environment: Environment) -> Next:
    cut = f"see how it can be cut: slipway split {environment.stack}, and take it so: slipway rollout --split"
    return Next(_AGAIN, f"Mend the commit and begin again; or {cut}")


def _back(failed: NotServing, engine: Engine, teller: Teller) -> None:
    """Back at once to what served, where that is proven; else whoever is on call decides."""
    environment, why = failed.environment, failed.message
    try:
        go_back(environment, way_back(environment), engine, Unasked(teller), reason=why)
    except SlipwayError as error:
        told = Facts(environment.stack, environment.commit, (why, error.message), git.author(environment.project))
        announce(environment.config.rollout, told)
        raise Failed(f"{why}; and it is not taken back: {error.message}", error.advice) from None
    raise Failed(f"{why}; {environment.stack} is back at what served", "Revert the commit on the main branch.")


@dataclass(frozen=True, slots=True)
class Unasked:
    """Tells as another teller does, and asks nobody."""

    teller: Teller

    def say(self, words: str) -> None:
        """Where it stands now."""
        self.teller.say(words)

    def note(self, told: Told) -> None:
        """A stage is over."""
        self.teller.note(told)

    def verdict(self, verdict: Verdict) -> None:
        """A preflight's verdict."""
        self.teller.verdict(verdict)

    def approves(self, environment: str, preflight: Deed) -> bool | None:
        """The proof has said that it is safe."""
        return True


def _begun(environment: Environment, wanted: Wanted) -> Link:
    """The entry that says who is at it, in the ledger of the last environment. Nobody begins during a way back."""
    if back := under_way(environment.book.backwards(), "rollback"):
        raise Refused(who_is_at_it(back), f"If that is over: slipway rollback {environment.stack} --resume")
    before = under_way(environment.book.backwards(), "rollout")
    if before and wanted.resume and before.entry.deed.commit != environment.commit:
        name = before.entry.deed.commit[:12]
        raise Refused(
            f"the rollout that has not ended is of {name}, and this is {environment.commit[:12]}",
            f"To go on with it: git checkout {name} && {_AGAIN}. To leave it: slipway rollout --give-up --reason TEXT",
        )
    return environment.begin(
        environment.located(Deed(kind="rollout", outcome="begun", results={_SPLIT: True} if wanted.split else {})),
        "slipway rollout",
        resume=wanted.resume,
    )


def _is_done(environment: Environment) -> bool:
    here = environment.here
    return next_stage(environment.book.backwards(), here, environment.config.guarded) is Stage.DONE


def _judge(wanted: Wanted, begun: Link, teller: Teller) -> Callable[[Environment, Engine], tuple[Verdict, Deed]]:
    may_cut = wanted.split or bool(begun.entry.deed.results.get(_SPLIT))

    def placed(environment: Environment, found: Judged) -> Verdict:
        around = Surroundings(environment.project, environment.stack, found, environment.book, wanted.reviews)
        return in_its_place(around)

    def ask(environment: Environment, engine: Engine) -> tuple[Verdict, Deed]:
        _refuse_what_was_taken_back(environment, begun)
        _drain(environment, teller)
        whole = judge(environment.stack, environment.project, engine=engine)
        verdict = placed(environment, whole)
        is_refused = not verdict.approved and not whole.verdict.approved  # for what it is, and not by a gate alone
        if may_cut and is_refused and (piece := first_piece(environment, whole, engine)):
            verdict = placed(environment, piece.judged)
            return verdict, piece.noted(preflight_deed(piece.judged, verdict))
        return verdict, preflight_deed(whole, verdict)

    return ask


def _drain(environment: Environment, teller: Teller) -> None:
    """Wait until nobody holds any more what the last step has ended."""
    until = held_until(environment.book.backwards())
    while until and (left := (until - datetime.now(UTC)).total_seconds()) > 0:
        teller.say(f"{environment.stack}: resolvers may hold old answers for {left:.0f} s more")
        time.sleep(min(left, 1))


def _refuse_what_was_taken_back(environment: Environment, begun: Link) -> None:
    """Nobody applies again what somebody has taken back in the meantime."""
    since = takewhile(lambda link: link.entry.at >= begun.entry.at, environment.book.backwards())
    if back := newest(since, "rollback"):
        raise Refused(
            f"{back.entry.who} went back in {environment.stack} at {back.entry.at:%Y-%m-%d %H:%M:%S}Z",
            "Ask them why. If it is right all the same, begin another: slipway rollout",
        )


def _may_begin(environment: Environment, wanted: Wanted, teller: Teller) -> None:
    """Before a guarded environment is touched: is it the time, and does everybody know?"""
    stage = next_stage(environment.book.backwards(), environment.here, environment.config.guarded)
    if not environment.config.guarded or stage not in (Stage.PREFLIGHT, Stage.APPROVAL):
        return
    rollout = environment.config.rollout
    if not wanted.now and (why := may_begin(rollout, datetime.now(UTC))):
        raise Paused(f"{environment.stack}: {why}", f"{_AGAIN} then, or with --now")
    facts = Facts(
        environment.stack, environment.commit, (git.subject(environment.project),), git.author(environment.project)
    )
    if announce(rollout, facts):
        teller.say(f"{environment.stack}: announced")
