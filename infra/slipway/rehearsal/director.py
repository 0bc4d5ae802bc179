"""The director: makes the local provider follow a schedule, one event at a time, and lets an observer look each time.

Whenever nothing moves (every operation that was let go has come to its next gate, and nothing new has arrived for a
moment), the observer looks at what took effect, and the schedule chooses what goes next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from slipway.preflight import Event
from slipway.rehearsal.cues import Call, Directing
from slipway.rehearsal.schedules import Release, Schedule
from slipway.rehearsal.times import Times

__all__ = ["Director", "Failure"]

_QUIET = 0.15  # calm seconds without a new arrival
_SLOW = 2.0  # seconds; what works longer waits for something that others have to do, and no longer holds them up
_TICK = 0.02
_LATE = 0.02  # seconds by which a tick is late on a busy machine, where the engine is late too: it does not count


@dataclass(frozen=True, slots=True)
class Failure:
    """An operation that was not done, and the provider's words."""

    event: Event
    words: str


@dataclass(eq=False, slots=True)
class _Waiting:
    """An operation at one of its gates."""

    event: Event
    call: Call
    go: asyncio.Future[Release]


@dataclass(slots=True)
class Director(Directing):
    """Goes by a schedule; `observer` gets every operation that has taken effect or failed."""

    schedule: Schedule
    observer: Callable[[Event], None] = lambda event: None
    trace: list[Event] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    times: Times = field(default_factory=Times)
    _waiting: list[_Waiting] = field(default_factory=list)
    _working: dict[Call, float] = field(default_factory=dict)  # with when their work began
    _effects: list[Event] = field(default_factory=list)
    _calm: float = 0.0  # seconds since something moved, those not counted in which the machine was busy

    async def direct(self) -> None:
        """Let one event happen after the other, whenever nothing moves."""
        while True:
            slept = time.monotonic()
            await asyncio.sleep(_TICK)
            if time.monotonic() - slept < _TICK + _LATE:
                self._calm += _TICK
            if not self._is_quiet():
                continue
            while self._effects:
                self.observer(self._effects.pop(0))
            release = self.schedule.choose([each.event for each in self._waiting], self._calm)
            if release is not None:
                self._let_go(release)

    def _is_quiet(self) -> bool:
        now = time.monotonic()
        return self._calm >= _QUIET and all(now - begun > _SLOW for begun in self._working.values())

    def _let_go(self, release: Release) -> None:
        chosen = next(each for each in self._waiting if each.event == release.event)
        self._waiting.remove(chosen)
        self.trace.append(release.event)
        if release.event.event == "start":
            self._working[chosen.call] = time.monotonic()
            self.times.began(chosen.call)
        else:
            self._calm = 0.0  # Now the engine may have something new to send.
        chosen.go.set_result(release)

    async def _gate(self, gate: Literal["start", "end"], call: Call) -> Release:
        event = Event(gate, call.op, call.urn)
        waiting = _Waiting(event, call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        return await waiting.go

    async def may_begin(self, call: Call) -> str:
        """Hold the operation until it may start."""
        self._calm = 0.0
        return (await self._gate("start", call)).failure

    def done(self, call: Call, failure: str) -> None:
        """Keep what came of it, for the observer."""
        del self._working[call]
        self.times.ended(call, failure)
        event = Event("start", call.op, call.urn)
        if failure:
            self.failures.append(Failure(event, failure))
            self._calm = 0.0  # The engine may have something new to send.
        self._effects.append(event)

    async def may_report(self, call: Call) -> None:
        """Hold its end."""
        await self._gate("end", call)

    def gone(self, call: Call) -> None:
        """Forget it."""
        self._waiting = [each for each in self._waiting if each.call is not call]
        self._working.pop(call, None)
