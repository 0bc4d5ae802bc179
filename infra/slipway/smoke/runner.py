"""Run checks: many at once, none beyond the time limit, each with a result whatever happens."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from slipway.smoke.model import Check, Outcome, Result, failed, skipped
from slipway.smoke.network import Network, NotReached

__all__ = ["run", "run_one"]

_AT_ONCE = 16
_AT_ONCE_LOCALLY = 4  # one machine is client, edge and origin, and MiniStack starts a process for each router's answer
_GRACE = 1.0  # seconds for what was just being asked when the time ended

Told = Callable[[int, int], None]
"""Hears how many checks are done, of how many."""


def run(
    checks: Sequence[Check], network: Network, *, seconds: float, told: Told = lambda done, all_: None
) -> tuple[Result, ...]:
    """The result of every check, in their order. What is not done after so many seconds has failed."""
    until = time.monotonic() + seconds
    bounded = replace(network, until=until)
    waiting: queue.SimpleQueue[tuple[int, Check]] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Result]] = queue.SimpleQueue()
    for item in enumerate(checks):
        waiting.put(item)
    for _ in range(min(_AT_ONCE_LOCALLY if network.local else _AT_ONCE, len(checks))):
        # Daemons: a server that never ends its answer must not keep this process alive.
        threading.Thread(target=_work, args=(waiting, done, bounded), daemon=True).start()
    results: dict[int, Result] = {}
    while len(results) < len(checks):
        try:
            index, result = done.get(timeout=min(0.2, max(until + _GRACE - time.monotonic(), 0.001)))
            results[index] = result
        except queue.Empty:
            if time.monotonic() > until + _GRACE:
                break
        told(len(results), len(checks))
    late = failed(f"no result within the time limit of {seconds:g} s")
    return tuple(results.get(index) or _result(check, late, seconds) for index, check in enumerate(checks))


def run_one(check: Check, network: Network) -> Result:
    """The result of one check. Nothing that a server sends, and no mistake of ours, ends as anything but a failure."""
    started = time.monotonic()
    if network.local and check.beyond:
        outcome = skipped(f"{check.beyond} is outside the local internet")
    else:
        try:
            outcome = check.run(network)
        except NotReached as error:
            outcome = failed(str(error))
        except Exception as error:  # a check that dies must not pass for one that found nothing
            outcome = failed(f"{check.subject}: the check itself failed: {type(error).__name__}: {error}")
    return _result(check, outcome, time.monotonic() - started)


def _work(
    waiting: queue.SimpleQueue[tuple[int, Check]], done: queue.SimpleQueue[tuple[int, Result]], network: Network
) -> None:
    while True:
        try:
            index, check = waiting.get_nowait()
        except queue.Empty:
            return
        done.put((index, run_one(check, network)))


def _result(check: Check, outcome: Outcome, seconds: float) -> Result:
    return Result(check.id, check.family, outcome.status, outcome.message, outcome.seen, round(seconds, 3))
