"""The director: makes the local provider follow a schedule, one event at a time, and lets an observer look each time.

It listens on the loopback interface, in a thread of its own, for as long as its context is open. Whenever nothing
moves (every operation that was let go has come to its next gate, and nothing new has arrived for a moment), the
observer looks at what took effect, and the schedule chooses what goes next.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from slipway.cloud.provider.cue import DIRECTOR
from slipway.errors import CloudError
from slipway.plan import Op
from slipway.preflight import Event
from slipway.rehearsal.schedules import Release, Schedule

__all__ = ["Director", "Failure"]

_QUIET = 0.15  # seconds without a new arrival
_SLOW = 2.0  # seconds; what works longer waits for something that others have to do, and no longer holds them up
_TICK = 0.02
_START_LIMIT = 10.0


@dataclass(frozen=True, slots=True)
class Failure:
    """An operation that was not done, and the provider's words."""

    event: Event
    words: str


@dataclass(eq=False, slots=True)
class _Call:
    """One operation that the engine asked for, and where it stands."""

    op: Op
    urn: str
    gate: Literal["start", "end"] = "start"
    begun: float = 0.0  # when its work began; 0 while it waits
    go: asyncio.Future[Release] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def event(self) -> Event:
        return Event(self.gate, self.op, self.urn)


@dataclass(slots=True)
class Director:
    """A context in which the provider waits for its cues. `environment` is what the engine must be run with;
    `observer` gets every operation that has taken effect or failed. An error of schedule or observer ends the
    apply, and is raised when the context closes."""

    schedule: Schedule
    observer: Callable[[Event], None] = lambda event: None
    trace: list[Event] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    _waiting: list[_Call] = field(default_factory=list)
    _working: list[_Call] = field(default_factory=list)
    _effects: list[Event] = field(default_factory=list)
    _stirred: float = 0.0
    _port: int = 0
    _ready: threading.Event = field(default_factory=threading.Event)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _error: BaseException | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {DIRECTOR: f"127.0.0.1:{self._port}"}

    def __enter__(self) -> Director:
        self._thread = threading.Thread(target=self._run, name="director", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_LIMIT) or self._error is not None:
            raise CloudError("the director cannot listen on the loopback interface") from self._error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        if self._error is not None and error is None:
            raise self._error

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._attend, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._stirred = time.monotonic()
        self._ready.set()
        try:
            await self._direct()
        finally:
            server.close()  # The end of the loop cancels what still waits, and that closes its connection.

    async def _direct(self) -> None:
        while not self._closing.is_set():
            await asyncio.sleep(_TICK)
            if not self._is_quiet():
                continue
            while self._effects:
                self.observer(self._effects.pop(0))
            release = self.schedule.choose([call.event for call in self._waiting], time.monotonic() - self._stirred)
            if release is not None:
                self._let_go(release)

    def _is_quiet(self) -> bool:
        now = time.monotonic()
        return now - self._stirred >= _QUIET and all(now - call.begun > _SLOW for call in self._working)

    def _let_go(self, release: Release) -> None:
        call = next(call for call in self._waiting if call.event == release.event)
        self._waiting.remove(call)
        self.trace.append(release.event)
        if call.gate == "start":
            call.begun = time.monotonic()
            self._working.append(call)
        else:
            self._stirred = time.monotonic()  # Now the engine may have something new to send.
        call.go.set_result(release)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One operation, from its arrival to its report."""
        call: _Call | None = None
        try:
            asked = json.loads(await reader.readline())
            call = _Call(Op(asked["operation"]), asked["urn"])
            if not await self._begin(call, writer):
                return
            done = json.loads(await reader.readline())
            self._took_effect(call, done.get("failed", ""))
            call.gate, call.go = "end", asyncio.get_running_loop().create_future()
            self._waiting.append(call)
            await call.go
            writer.write(b'{"say": "report"}\n')
            await writer.drain()
        except (OSError, ValueError, KeyError):
            self._forget(call)  # The plugin is gone, and with it the operation.
        finally:
            writer.close()

    async def _begin(self, call: _Call, writer: asyncio.StreamWriter) -> bool:
        """Hold the operation until it may start; False if it is made to fail."""
        self._waiting.append(call)
        self._stirred = time.monotonic()
        release = await call.go
        answer = {"say": "fail", "message": release.failure} if release.failure else {"say": "begin"}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        if release.failure:
            self._took_effect(call, release.failure)
            self._stirred = time.monotonic()
        return not release.failure

    def _took_effect(self, call: _Call, failure: str) -> None:
        self._working.remove(call)
        if failure:
            self.failures.append(Failure(call.event, failure))
        self._effects.append(call.event)

    def _forget(self, call: _Call | None) -> None:
        for calls in (self._waiting, self._working):
            if call in calls:
                calls.remove(call)
