"""Whether an environment serves after an apply: the smoke test, and then for a while downloads and the metrics.

In the middle of a change that is applied in steps it serves partly as the commit before says, partly as this one does.
There a check fails that fails by both.

A soak fails on the first smoke check that fails, or the first finding of the metrics watch. Where there are no metrics,
as on the local cloud, it goes by the downloads alone, and says so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from slipway import stack_outputs
from slipway.engine import Engine
from slipway.ledger import Deed, Outcome, Value
from slipway.rollout.environment import Environment
from slipway.rollout.tested import BETWEEN, ONLY
from slipway.smoke import history, network, report
from slipway.smoke.examined import examined
from slipway.watch import Limits, Watch, look, watch_of
from slipway.watch import Outcome as Seen

__all__ = ["smoke", "smoke_deed", "soak"]

_LIMIT = 60.0  # seconds for all checks
_EVERY = 15.0  # seconds between two rounds of downloads while a change soaks
_FAMILIES = ("downloads",)
Say = Callable[[str], None]


def smoke(environment: Environment, before: Environment | None, say: Say) -> tuple[report.Report, Deed]:
    """Every check, and the deed that says what came of it; the results are kept for `slipway smoke --since-deploy`.
    `before` is the environment by the commit before, in the middle of a change."""
    found = _asked(environment, before, (), say)
    if found.counts["passed"]:
        history.keep(history.place(environment.stack, environment.config.zone, os.environ), found.results, found.at)
    deed = smoke_deed(found)
    if before is not None:
        deed = msgspec.structs.replace(deed, results={**deed.results, BETWEEN: before.commit})
    return found, deed


def smoke_deed(found: report.Report, families: tuple[str, ...] = ()) -> Deed:
    """What a smoke test leaves in the ledger; `families` are those it was restricted to."""
    results: dict[str, Value] = {**found.counts, "seconds": round(found.seconds, 1), "local": found.local}
    if families:
        results[ONLY] = ",".join(families)
    if found.failures:
        results["first_failure"] = found.failures[0].id
    # What was skipped throughout proves nothing.
    reached: Outcome = "passed" if found.counts["passed"] else "inconclusive"
    return Deed(kind="smoke", outcome="failed" if found.failures else reached, results=results)


def soak(
    environment: Environment,
    before: Environment | None,
    engine: Engine,
    seconds: float,
    say: Say,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Deed:
    """Watch for so long: passed, failed with what was seen, or inconclusive if the metrics never came."""
    began, rounds = clock(), 0
    watch = None if network.from_environment(os.environ).local else _watch(environment, engine, seconds)
    while True:
        left = max(0.0, seconds - (clock() - began))
        say(f"soaking: {left:.0f} s left")
        found = _asked(environment, before, _FAMILIES, lambda words: None)
        rounds += 1
        if found.failures:
            return _soaked("failed", rounds, seconds, first_failure=found.failures[0].id)
        seen = look(watch, time.time()) if watch else None
        if seen and seen.outcome is Seen.FAIL:
            return _soaked("failed", rounds, seconds, metrics=str(seen.findings[0].kind))
        if clock() - began >= seconds:
            outcome: Outcome = "inconclusive" if seen and seen.outcome is Seen.INCONCLUSIVE else "passed"
            return _soaked(outcome, rounds, seconds, metrics=str(seen.outcome) if seen else "none here")
        pause(min(_EVERY, max(0.0, seconds - (clock() - began))))


def _soaked(outcome: Outcome, rounds: int, seconds: float, **results: Value) -> Deed:
    return Deed(kind="soak", outcome=outcome, results={"rounds": rounds, "seconds": seconds, **results})


def _asked(environment: Environment, before: Environment | None, families: tuple[str, ...], say: Say) -> report.Report:
    found = _examined(environment, families, say)
    if before is None or not found.failures:
        return found
    # What the commit before does not know is still to come.
    failed = {one.id for one in _examined(before, families, say).failures}
    return replace(found, results=tuple(one for one in found.results if one.status != "failed" or one.id in failed))


def _examined(environment: Environment, families: tuple[str, ...], say: Say) -> report.Report:
    return examined(
        environment.stack,
        environment.config,
        environment.project,
        network.from_environment(os.environ),
        families,
        seconds=_LIMIT,
        told=lambda done, every: say(f"smoke: {done} of {every} checks done"),
    )


def _watch(environment: Environment, engine: Engine, seconds: float) -> Watch:
    outputs = stack_outputs.read(environment.stack, environment.project, engine=engine)
    now, alarms = int(time.time()) // 60, environment.config.alarms
    limits = Limits(alarms.error_percent, alarms.surge_factor)
    return watch_of(outputs, limits, since=now, until=now + max(1, round(seconds / 60)))
