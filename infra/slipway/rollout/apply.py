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
from pathlib import Path
from typing import IO

import msgspec

from slipway.engine import Engine, pulumi
from slipway.errors import EngineError, SlipwayError
from slipway.guard.permission import Permission, standing
from slipway.guard.words import APPLY, BY, BY_HAND
from slipway.ledger import Deed, Link, Value, newest, under_way
from slipway.rollout.environment import Environment
from slipway.rollout.events import event_log, refusal
from slipway.rollout.leftovers import clear_leftovers
from slipway.rollout.stages import REFUSED, is_empty

__all__ = ["Applied", "apply", "clear_up", "is_doubtful", "record_empty", "settle"]

_GRACE = 60.0  # seconds; the engine finishes the steps that are in flight


@dataclass(frozen=True, slots=True)
class Applied:
    """How an apply ended: the engine's exit status, the ledger's entries of its beginning and end, and, if the guard
    has refused a step, why."""

    status: int
    begun: Link
    ended: Link
    refused: str = ""


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
    with environment.alone("apply", variables):
        doubtful = is_doubtful(environment)
        under = under_way(environment.book.backwards(), "apply")
        plan = _deed(environment, _permission(environment))
        command = f"slipway apply {environment.stack}"
        begun = environment.begin(plan, command, resume=resume or (under is not None and _by_hand(under)))
        try:
            clear_leftovers(environment, engine, variables, doubtful=doubtful)
        except (SlipwayError, KeyboardInterrupt):
            if begun != under:  # Of one that was taken over nobody knows yet how it ended.
                environment.end(begun, "failed")
            raise
        try:
            status = _run(environment, engine, plan.targets, begun, output, variables)
        except KeyboardInterrupt:
            environment.end(begun, "failed", results={"interrupted": True})
            raise
        except OSError as error:
            environment.end(begun, "failed")
            raise EngineError(f"the engine cannot be started: {error}", "Run `slipway engine verify`.") from None
        return _ended(environment, begun, status, variables)


def _ended(environment: Environment, begun: Link, status: int, variables: Mapping[str, str]) -> Applied:
    if status == 0:
        return Applied(status, begun, environment.end(begun, "done", results={"status": status}))
    why = refusal(_said(event_log(environment.name, environment.stack, variables)))
    results: dict[str, Value] = {"status": status, **({REFUSED: True} if why else {})}
    return Applied(status, begun, environment.end(begun, "failed", reason=why, results=results), why)


def _said(events: Path) -> list[str]:
    try:
        return events.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def is_doubtful(environment: Environment) -> bool:
    """Whether the last apply may have left something behind."""
    last = newest(environment.book.backwards(), "apply", "rollback")
    return last is not None and last.entry.deed.outcome != "done"


def clear_up(environment: Environment, engine: Engine, variables: Mapping[str, str] = os.environ) -> None:
    """Before a plan is judged: what a killed apply has left would else be settled after that, and the state be another
    than the one that was judged. Raises what `apply` raises before it begins."""
    if is_doubtful(environment):
        with environment.alone("apply", variables):
            clear_leftovers(environment, engine, variables, doubtful=True)


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


def _permission(environment: Environment) -> Permission | None:
    if not environment.config.guarded:
        return None
    return standing(environment.book.backwards(), environment.here, environment.config.rollout.approval_hours)


def _deed(environment: Environment, permission: Permission | None) -> Deed:
    if permission:
        return permission.begun({})
    here = environment.here
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
