"""A rollout from its beginning to its end: who is at it, when it may begin, who is told, what a failure leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from slipway import git
from slipway.engine import Engine
from slipway.errors import SlipwayError
from slipway.guard.permission import Refused
from slipway.ledger import Deed, Link, under_way
from slipway.preflight import Verdict
from slipway.rollout.announce import Facts, announce
from slipway.rollout.apply import who_is_at_it
from slipway.rollout.circumstances import in_its_place
from slipway.rollout.deeds import preflight_deed
from slipway.rollout.driver import Failed, Paused, Teller, drive
from slipway.rollout.environment import Environment
from slipway.rollout.gates import Surroundings
from slipway.rollout.judge import judge
from slipway.rollout.stages import Stage, next_stage
from slipway.rollout.window import may_begin

__all__ = ["Wanted", "roll_out"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Through which environments, in order; `resume`: one that has not ended; `reviews`: a file with those of a pull
    request; `now`: also outside the deploy window."""

    environments: tuple[Environment, ...]
    resume: bool = False
    reviews: Path | None = None
    now: bool = False


def roll_out(wanted: Wanted, engine: Engine, teller: Teller) -> None:
    """Take what is checked out through the environments. Raises Refused if somebody else is at it, Paused outside the
    deploy window and where a stage is inconclusive, Failed where one fails; the ledgers say how far it came."""
    last = wanted.environments[-1]
    begun = _begun(last, wanted.resume)
    judge_it = _judge(wanted, teller)
    try:
        for environment in wanted.environments:
            _may_begin(environment, wanted, teller)
            drive([environment], engine, teller, judge_it)
    except (Failed, Refused) as error:
        _end(last, begun, "failed", error)
        raise
    _end(last, begun, "done", None)


def _begun(environment: Environment, resume: bool) -> Link:
    """The entry that says who is at it, in the ledger of the last environment."""
    before, last = under_way(environment.book.backwards(), "rollout"), environment.book.last()
    if before and not resume:
        raise Refused(who_is_at_it(before), "If it is yours, or over: slipway rollout --resume")
    if before and before.entry.deed.commit == environment.commit:
        return before
    if before:
        name = before.entry.deed.commit[:12]
        raise Refused(
            f"the rollout that has not ended is of {name}, and this is {environment.commit[:12]}",
            f"git checkout {name} && slipway rollout --resume",
        )
    deed = environment.located(Deed(kind="rollout", outcome="begun"))
    return environment.append(deed, after=last.entry.number if last else 0)


def _end(environment: Environment, begun: Link, outcome: str, error: SlipwayError | None) -> None:
    deed = replace(
        begun.entry.deed,
        outcome="done" if outcome == "done" else "failed",
        reason=error.message if error else "",
        of=begun.entry.number,
    )
    environment.append(deed)


def _judge(wanted: Wanted, teller: Teller) -> Callable[[Environment, Engine], tuple[Verdict, Deed]]:
    def ask(environment: Environment, engine: Engine) -> tuple[Verdict, Deed]:
        found = judge(environment.stack, environment.project, engine=engine)
        around = Surroundings(environment.project, environment.stack, found, environment.book, wanted.reviews)
        verdict = in_its_place(around)
        return verdict, preflight_deed(found, verdict)

    return ask


def _may_begin(environment: Environment, wanted: Wanted, teller: Teller) -> None:
    """Before a guarded environment is touched: is it the time, and does everybody know?"""
    stage = next_stage(environment.book.backwards(), environment.here, environment.config.guarded)
    if not environment.config.guarded or stage not in (Stage.PREFLIGHT, Stage.APPROVAL):
        return
    rollout = environment.config.rollout
    if not wanted.now and (why := may_begin(rollout, datetime.now(UTC))):
        raise Paused(f"{environment.stack}: {why}", "slipway rollout --resume then, or with --now")
    facts = Facts(
        environment.stack, environment.commit, (git.subject(environment.project),), git.author(environment.project)
    )
    if announce(rollout, facts):
        teller.say(f"{environment.stack}: announced")
