"""Drive what is checked out through an environment, stage by stage, each written down before the next begins.

Every stage ends in one of three ways: it passes, it fails, or it is inconclusive, and then nobody guesses. What was
done is in the ledger alone (`stages`), so a driver that died at any point is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from slipway.engine import Engine
from slipway.errors import EngineError, SlipwayError
from slipway.ledger import Deed, Link
from slipway.preflight import Verdict
from slipway.rollout.apply import apply, clear_up, record_empty
from slipway.rollout.approve import approve
from slipway.rollout.checks import smoke, soak
from slipway.rollout.environment import Environment
from slipway.rollout.pieces import PIECES, before_the_piece
from slipway.rollout.stages import Stage, next_stage

__all__ = ["Failed", "Next", "NotServing", "Paused", "Teller", "Told", "drive"]


class Failed(SlipwayError):
    """A stage that failed; the advice is what to type next."""

    exit_status = 1


class NotServing(Failed):
    """What was applied does not serve as it should."""

    def __init__(self, environment: Environment, message: str, advice: str) -> None:
        super().__init__(message, advice)
        self.environment = environment


class Paused(SlipwayError):
    """A stage that somebody has to decide on."""

    exit_status = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A stage that is over: where, which, and what is to be said of it."""

    environment: str
    stage: Stage
    words: str


class Teller(Protocol):
    """Whoever sits in front of a rollout, or CI."""

    def say(self, words: str) -> None:
        """Where it stands now; may come many times a second."""

    def note(self, told: Told) -> None:
        """A stage is over."""

    def verdict(self, verdict: Verdict) -> None:
        """A preflight's verdict."""

    def approves(self, environment: str, preflight: Deed) -> bool | None:
        """Whether this plan shall be applied; None if nobody is there to say."""


Judge = Callable[[Environment, Engine], tuple[Verdict, Deed]]


@dataclass(frozen=True, slots=True)
class Next:
    """What to type next: `again` goes on with what was cut off, `refused` is for a plan that preflight is against."""

    again: str
    refused: str


def drive(environment: Environment, engine: Engine, teller: Teller, judge_it: Judge, then: Next) -> None:
    """Take what is checked out through the environment's stages. Raises Failed, Paused or what else a stage raises,
    which say what to type `then`; what was done until then stands in the ledger."""
    while (stage := _stage(environment)) is not Stage.DONE:
        teller.say(f"{environment.stack}: {stage}")
        words = _STAGES[stage](_At(environment, engine, teller, judge_it, then))
        teller.note(Told(environment.stack, stage, words))


@dataclass(frozen=True, slots=True)
class _At:
    environment: Environment
    engine: Engine
    teller: Teller
    judge: Judge
    then: Next

    @property
    def stack(self) -> str:
        return self.environment.stack

    def record(self, deed: Deed) -> Link:
        return self.environment.append(self.environment.located(deed))


def _stage(environment: Environment) -> Stage:
    return next_stage(environment.book.backwards(), environment.here, environment.config.guarded)


def _preflight(at: _At) -> str:
    clear_up(at.environment, at.engine)
    verdict, deed = at.judge(at.environment, at.engine)
    at.teller.verdict(verdict)
    at.record(deed)
    if not verdict.approved:
        raise Failed(f"the preflight of {at.stack} was refused: {', '.join(deed.rules)}", at.then.refused)
    pieces = deed.results.get(PIECES)
    step = f"step 1 of {pieces}: " if pieces else ""
    return step + ("; ".join(deed.changes) or "nothing to apply")


def _approval(at: _At) -> str:
    preflight = next(link.entry.deed for link in at.environment.book.backwards() if link.entry.deed.kind == "preflight")
    says = at.teller.approves(at.stack, preflight)
    if says is None:
        raise Paused(
            f"{at.stack} waits for an approval of plan {preflight.plan[7:19]}",
            f"If it is to be applied: {at.then.again} --yes",
        )
    if not says:
        raise Failed(f"{at.stack}: not approved", "Nothing was applied there.")
    link = approve(at.environment)
    return f"approved by {link.entry.who}"


def _apply(at: _At) -> str:
    if done := record_empty(at.environment):
        return f"nothing to apply: entry {done.entry.number}"
    applied = apply(at.environment, at.engine, resume=True)
    back = f"The way back: slipway rollback {at.stack}"
    if applied.refused:
        why = f"the guard has stopped the apply to {at.stack}: {applied.refused}"
        raise Failed(why, f"To judge what is left: {at.then.again}. {back}")
    if applied.status:
        raise EngineError(
            f"the apply to {at.stack} failed with status {applied.status}: entry {applied.ended.entry.number}",
            f"To do what is left: {at.then.again}. {back}",
        )
    return f"applied: entry {applied.ended.entry.number}"


def _smoke(at: _At) -> str:
    with before_the_piece(at.environment) as before:
        report, deed = smoke(at.environment, before, at.teller.say)
    at.record(deed)
    if deed.outcome == "failed":
        first = report.failures[0]
        raise NotServing(
            at.environment,
            f"the smoke test of {at.stack} failed: {first.id}: {first.message}",
            f"All of it: slipway smoke {at.stack}. The way back: slipway rollback {at.stack}",
        )
    if deed.outcome == "inconclusive":
        raise Paused(f"the smoke test of {at.stack} reached nothing", f"Check the network: {at.then.again}")
    return f"{report.counts['passed']} checks passed in {report.seconds:.0f} s"


def _soak(at: _At) -> str:
    seconds = at.environment.config.rollout.soak
    with before_the_piece(at.environment) as before:
        deed = soak(at.environment, before, at.engine, seconds, at.teller.say)
    at.record(deed)
    if deed.outcome == "failed":
        why = deed.results.get("first_failure") or deed.results.get("metrics")
        raise NotServing(
            at.environment, f"{at.stack} did not keep well: {why}", f"The way back: slipway rollback {at.stack}"
        )
    if deed.outcome == "inconclusive":
        raise Paused(
            f"nothing can be said of how {at.stack} keeps: the metrics did not come",
            f"slipway watch {at.stack} --once, then {at.then.again}",
        )
    return f"kept well for {seconds:.0f} s"


_STAGES: dict[Stage, Callable[[_At], str]] = {
    Stage.PREFLIGHT: _preflight,
    Stage.APPROVAL: _approval,
    Stage.APPLY: _apply,
    Stage.SMOKE: _smoke,
    Stage.SOAK: _soak,
}
