"""The way back: the last commit that was smoke-tested in an environment, applied to it again. One command.

It goes without staging, without a deploy window and without the lock on the main branch: what goes up was there before.
It does not go without the proof. The program of that commit is judged against what stands there now, half of a failed
change included, and where a hostname would go dark on the way, nobody applies it unasked.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from slipway.engine import Engine
from slipway.errors import BadInput, SlipwayError
from slipway.ledger import Deed, Link, deployed, newest, under_way
from slipway.preflight import Verdict, overridden
from slipway.repository import repository_around
from slipway.rollout.deeds import preflight_deed
from slipway.rollout.driver import Next, Paused, Teller, drive
from slipway.rollout.environment import Environment, checked_out
from slipway.rollout.judge import judge
from slipway.rollout.overrides import active
from slipway.rollout.tested import has_served

__all__ = ["Way", "go_back", "way_back"]


@dataclass(frozen=True, slots=True)
class Way:
    """From which commit to which, and the smoke test that says the latter served."""

    leaving: str
    to: str
    smoke: Link | None = None


def way_back(environment: Environment, to: str = "") -> Way:
    """Where the environment goes back to: the newest commit that passed a smoke test there before the one that was
    applied last, or the one that is asked for; after a way back that was cut off, where that one goes. BadInput if
    there is none."""
    if not to and (begun := _cut_off(environment)):
        return Way(str(begun.results.get("leaving", "")), begun.commit)
    last = newest(environment.book.backwards(), "apply", "rollback")
    leaving = last.entry.deed.commit if last else ""
    repository = repository_around(environment.project)
    if to:
        if not (commit := repository.resolve(to)):
            raise BadInput(f"this clone knows no commit {to[:40]!r}", "`git fetch`, then try again.")
        return Way(leaving, commit)
    for link in environment.book.backwards():
        deed = link.entry.deed
        if has_served(deed) and deed.commit not in ("", leaving) and not deed.commit.endswith("-dirty"):
            if not repository.resolve(deed.commit):
                raise BadInput(f"this clone does not know {deed.commit[:12]}, the last that served", "`git fetch`")
            return Way(leaving, deed.commit, link)
    raise BadInput(
        f"no commit before {leaving[:12] or 'the first'} has passed a smoke test in {environment.stack}",
        "Name one: --to COMMIT.",
    )


def _cut_off(environment: Environment) -> Deed | None:
    """The way back that has not ended, or that was the last thing and has not got there."""
    if begun := under_way(environment.book.backwards(), "rollback"):
        return begun.entry.deed
    last, there = newest(environment.book.backwards(), "apply", "rollback"), deployed(environment.book.backwards())
    deed = last.entry.deed if last else None
    if deed is None or (deed.kind, deed.outcome) != ("rollback", "failed"):
        return None
    return deed if there is None or there.entry.number < deed.of else None


def go_back(
    environment: Environment, way: Way, engine: Engine, teller: Teller, *, reason: str = "", resume: bool = False
) -> Link:
    """Apply the program of an earlier commit, smoke-test it, and write both down. Raises Refused if somebody else is
    rolling back, Failed where the proof does not hold or a stage fails."""
    with environment.alone("rollback"):
        deed = Deed(kind="rollback", outcome="begun", commit=way.to, reason=reason, results={"leaving": way.leaving})
        command = f"slipway rollback {environment.stack}"
        begun = environment.begin(deed, command, resume=resume)
        try:
            with checked_out(environment, way.to) as there:
                drive(there, engine, teller, _judge_alone, _then(environment, command))
        except Paused:
            raise
        except SlipwayError as error:
            with suppress(SlipwayError):  # What cannot be reached may be the ledger, and then nothing has ended.
                environment.end(begun, "failed", reason=error.message)
            raise
        return environment.end(begun, "done", reason=reason)


def _then(environment: Environment, command: str) -> Next:
    override = f"slipway override {environment.stack} RULE --reason TEXT --expires 1h && {command}"
    return Next(
        f"{command} --resume", f"To another commit: {command} --to COMMIT. If it is right all the same: {override}"
    )


def _judge_alone(environment: Environment, engine: Engine) -> tuple[Verdict, Deed]:
    """The proof, with the overrides that are in force. A way back may be made of several changes: it takes all of them
    back."""
    found = judge(environment.stack, environment.project, engine=engine)
    verdict = overridden(found.verdict, active(environment.book.backwards(), datetime.now(UTC)))
    kept = tuple(finding for finding in verdict.refusals if finding.rule != "one-change")
    verdict = msgspec.structs.replace(verdict, refusals=kept)
    return verdict, preflight_deed(found, verdict)
