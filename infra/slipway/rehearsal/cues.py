"""Where the local provider's operations ask for their cues: a server on the loopback interface, in a thread of its own.

Whoever directs says when an operation may begin, hears when it has taken effect, and says when the engine may hear of
it; `slipway.cloud.provider.cue` describes the other side, and the protocol.
"""

from __future__ import annotations

import asyncio
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from slipway.cloud.provider.cue import DIRECTOR
from slipway.errors import CloudError
from slipway.plan import Op

__all__ = ["Call", "Directing", "Listener"]

_START_LIMIT = 10.0


@dataclass(eq=False, slots=True)
class Call:
    """One operation that the engine asked for."""

    op: Op
    urn: str


@dataclass(slots=True)
class Directing(ABC):
    """Whoever directs: a context in which the provider gets its cues. An error of theirs ends the apply, and is raised
    when the context closes. What a cue needs is asked in the listener's thread."""

    _listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self._listener = Listener(self)

    @property
    def environment(self) -> dict[str, str]:
        """What the engine must be run with."""
        return {DIRECTOR: f"127.0.0.1:{self._listener.port}"}

    def __enter__(self) -> Self:
        self._listener.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failed = self._listener.close()
        if failed is not None and error is None:
            raise failed

    async def direct(self) -> None:
        """Whatever else there is to do, until the context closes."""
        await asyncio.Event().wait()

    @abstractmethod
    async def may_begin(self, call: Call) -> str:
        """Return when the operation may begin: with nothing, or with the words it is to fail with instead."""

    @abstractmethod
    def done(self, call: Call, failure: str) -> None:
        """It took effect, or it failed with these words."""

    async def may_report(self, call: Call) -> None:  # noqa: B027 at once, unless somebody says otherwise
        """Return when the engine may hear of its end; it is not asked for what was made to fail."""

    def gone(self, call: Call) -> None:  # noqa: B027 nobody need care
        """The provider is gone, and the operation with it."""


@dataclass(slots=True)
class Listener:
    """The server, in a thread of its own from `open` to `close`."""

    who: Directing
    port: int = 0
    _ready: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _main: asyncio.Task[None] | None = None
    _error: BaseException | None = None

    def open(self) -> None:
        """Listen. CloudError if nothing can."""
        self._thread = threading.Thread(target=self._run, name="director", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_LIMIT) or self._error is not None:
            raise CloudError("nothing can listen on the loopback interface") from self._error

    def close(self) -> BaseException | None:
        """Stop listening, and every operation that waits; returns what went wrong."""
        if self._loop and self._main and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._main.cancel)
        if self._thread is not None:
            self._thread.join()
        return self._error

    def _run(self) -> None:
        try:
            asyncio.run(self._until_closed())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self._error = error
        finally:
            self._ready.set()

    async def _until_closed(self) -> None:
        self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        server = await asyncio.start_server(self._attend, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            await self.who.direct()
        finally:
            server.close()  # The end of the loop cancels what still waits, and that closes its connection.

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One operation, from its arrival to its report."""
        call: Call | None = None
        try:
            asked = json.loads(await reader.readline())
            call = Call(Op(asked["operation"]), asked["urn"])
            if failure := await self._while(reader, self.who.may_begin(call)):
                await _say(writer, {"say": "fail", "message": failure})
                self.who.done(call, failure)
                return
            await _say(writer, {"say": "begin"})
            done = json.loads(await reader.readline())
            self.who.done(call, done.get("failed", ""))
            await self.who.may_report(call)
            await _say(writer, {"say": "report"})
        except (OSError, ValueError, KeyError):
            if call is not None:
                self.who.gone(call)  # The plugin is gone, and with it the operation.
        finally:
            writer.close()

    async def _while(self, reader: asyncio.StreamReader, waiting: Coroutine[Any, Any, str]) -> str:
        """Wait for a cue; ConnectionError as soon as the provider is gone, which says nothing while it waits."""
        cue, end = asyncio.ensure_future(waiting), asyncio.ensure_future(reader.read(1))
        await asyncio.wait({cue, end}, return_when=asyncio.FIRST_COMPLETED)
        if not cue.done():
            cue.cancel()
            raise ConnectionResetError
        end.cancel()
        await asyncio.wait({end})  # Two may not read at a time.
        return await cue


async def _say(writer: asyncio.StreamWriter, message: dict[str, str]) -> None:
    writer.write(json.dumps(message).encode() + b"\n")
    await writer.drain()
