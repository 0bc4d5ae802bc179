"""One apply, as the ledger knows it: begun before the engine starts, and ended with what came of it.

`pulumi up` may as well be run by hand: the guard then notes the beginning, and the next preflight that finds nothing
left to do the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import msgspec

from slipway.engine import Engine, pulumi
from slipway.errors import EngineError, SlipwayError
from slipway.guard.permission import Permission, Refused, standing
from slipway.guard.words import APPLY, BY, BY_HAND
from slipway.ledger import Deed, Link, newest, under_way
from slipway.rollout.alone import alone
from slipway.rollout.environment import Environment
from slipway.rollout.events import event_log
from slipway.rollout.leftovers import clear_leftovers
from slipway.rollout.stages import is_empty

__all__ = ["Applied", "apply", "record_empty", "settle", "who_is_at_it"]

_GRACE = 60.0  # seconds; the engine finishes the steps that are in flight


@dataclass(frozen=True, slots=True)
class Applied:
    """How an apply ended: the engine's exit status, and the ledger's entries of its beginning and end."""

    status: int
    begun: Link
    ended: Link


def apply(
    environment: Environment,
    engine: Engine,
    *,
    resume: bool = False,
    output: IO[str] | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Applied:
    """Apply what is approved, or on a stack that is not guarded what is here. `output` takes what the engine says;
    without it that goes where ours goes.

    Raises Refused if that is not approved, or if somebody is at it already and `resume` does not take over; Overtaken
    if somebody else began in the same moment. An interruption is passed on to the engine, and noted as the end.
    """
    with alone(environment.name, environment.stack, variables, lambda: _who(environment)):
        permission = _permission(environment)
        before = newest(environment.book.backwards(), "apply", "rollback")
        begun = under_way(environment.book.backwards(), "apply")
        if begun and not resume and not _by_hand(begun):
            raise Refused(who_is_at_it(begun), f"If that is over: slipway apply {environment.stack} --resume")
        plan, doubtful = _deed(environment, permission), before is not None and before.entry.deed.outcome != "done"
        if begun and _is_the_same(begun.entry.deed, plan):
            clear_leftovers(environment, engine, variables, doubtful=doubtful)
        else:
            begun = _begin(environment, engine, plan, variables, doubtful)
        try:
            status = _run(environment, engine, plan.targets, begun, output, variables)
        except KeyboardInterrupt:
            _end(environment, begun, "failed", {"interrupted": True})
            raise
        except OSError as error:
            _end(environment, begun, "failed", {})
            raise EngineError(f"the engine cannot be started: {error}", "Run `slipway engine verify`.") from None
        ended = _end(environment, begun, "failed" if status else "done", {"status": status})
        return Applied(status, begun, ended)


def _begin(environment: Environment, engine: Engine, plan: Deed, variables: Mapping[str, str], doubtful: bool) -> Link:
    """Note the beginning, by which everybody else knows, and then clear up; if that cannot be, note the end as well."""
    last = environment.book.last()
    begun = environment.append(plan, after=last.entry.number if last else 0)
    try:
        clear_leftovers(environment, engine, variables, doubtful=doubtful)
    except (SlipwayError, KeyboardInterrupt):
        _end(environment, begun, "failed", {})
        raise
    return begun


def _who(environment: Environment) -> str:
    begun = under_way(environment.book.backwards(), "apply")
    return who_is_at_it(begun) if begun else f"somebody on this machine is about to apply to {environment.stack}"


def record_empty(environment: Environment) -> Link | None:
    """Write down that there was nothing to apply, if the last preflight of what is here found that; None if not."""
    here, preflight = environment.here, newest(environment.book.backwards(), "preflight")
    if preflight is None or here.differs_from(preflight.entry) or not is_empty(preflight.entry.deed):
        return None
    deed = preflight.entry.deed
    done = Deed(kind="apply", outcome="done", commit=deed.commit, config=deed.config, plan=deed.plan)
    return environment.append(
        msgspec.structs.replace(done, results={"steps": 0}, of=_begun_by_hand(environment) or preflight.entry.number)
    )


def settle(environment: Environment) -> Link | None:
    """After a preflight that found nothing left to do: note the end of an apply by hand, of which nobody else does."""
    return record_empty(environment) if _begun_by_hand(environment) else None


def _begun_by_hand(environment: Environment) -> int:
    """The entry of an apply by hand of what is here that has not ended; 0 if there is none."""
    begun = under_way(environment.book.backwards(), "apply")
    mine = begun and _by_hand(begun) and begun.entry.deed.commit == environment.commit
    return begun.entry.number if begun and mine else 0


def _by_hand(begun: Link) -> bool:
    return begun.entry.deed.results.get(BY) == BY_HAND


def who_is_at_it(begun: Link) -> str:
    """Who began something that has not ended, and since when."""
    entry = begun.entry
    return f"{entry.who} is at it since {entry.at:%Y-%m-%d %H:%M:%S}Z: {entry.deed.kind} of {entry.deed.commit[:12]}"


def _permission(environment: Environment) -> Permission | None:
    if not environment.config.guarded:
        return None
    return standing(environment.book.backwards(), environment.here, environment.config.rollout.approval_hours)


def _deed(environment: Environment, permission: Permission | None) -> Deed:
    here = environment.here
    if permission:
        return permission.begun({})
    preflight = newest(environment.book.backwards(), "preflight")
    known = (
        preflight.entry.deed
        if preflight and not here.differs_from(preflight.entry)
        else Deed(kind="preflight", outcome="done")
    )
    return Deed(
        kind="apply",
        outcome="begun",
        commit=here.commit,
        config=here.config,
        plan=known.plan,
        changes=known.changes,
        same=known.same,
        of=preflight.entry.number if preflight and known.plan else 0,
    )


def _is_the_same(begun: Deed, plan: Deed) -> bool:
    return (begun.of, begun.commit, begun.config) == (plan.of, plan.commit, plan.config)


def _end(environment: Environment, begun: Link, outcome: str, results: Mapping[str, int | bool]) -> Link:
    deed = begun.entry.deed
    return environment.append(
        Deed(
            kind="apply",
            outcome="done" if outcome == "done" else "failed",
            commit=deed.commit,
            config=deed.config,
            plan=deed.plan,
            changes=deed.changes,
            same=deed.same,
            results=results,
            of=begun.entry.number,
        )
    )


def _run(
    environment: Environment,
    engine: Engine,
    targets: Sequence[str],
    begun: Link,
    output: IO[str] | None,
    variables: Mapping[str, str],
) -> int:
    command = [str(engine.pulumi), "up", "--yes", "--skip-preview", "--non-interactive", "--stack", environment.stack]
    command += [f"--target={urn}" for urn in targets]
    events = event_log(environment.name, environment.stack, variables)
    events.unlink(missing_ok=True)
    command += [f"--event-log={events}"]
    shell = {**pulumi.shell(engine, variables), APPLY: str(begun.entry.number)}
    shell["PULUMI_DEBUG_COMMANDS"] = "true"  # Without it the engine knows no --event-log.
    # In a session of its own: the engine takes a second Ctrl-C as an order to drop everything.
    child = subprocess.Popen(
        command,
        cwd=environment.project,
        env=shell,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
    if child.poll() is None:
        child.kill()
        child.wait()
