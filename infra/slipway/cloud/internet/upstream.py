"""MiniStack's data plane as a location's server asks it: over connections that are kept, many requests at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import h11

from slipway.cloud.internet.answers import Answer, Headers

__all__ = ["Unreached", "Unsendable", "Upstream"]

_CHUNK: Final = 2**16
_KEPT: Final = 32  # connections that wait for the next request
_PATIENCE: Final = 35.0  # Seconds: an origin may take 30 (CloudFront Developer Guide, "Response timeout")
_REPEATED: Final = ("GET", "HEAD", "OPTIONS")


class Unsendable(Exception):
    """A request that HTTP/1.1 has no form for, such as one with a blank in its path."""


class Unreached(Exception):
    """MiniStack cannot be reached, or hung up."""


@dataclass(slots=True)
class _Connection:
    """One connection, and how far HTTP has come on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))

    def is_fresh(self) -> bool:
        """Whether another request may be sent on it."""
        return not self.reader.at_eof() and not self.writer.is_closing()

    async def exchange(self, events: Iterable[h11.Event]) -> Answer:
        self.writer.write(b"".join(self.http.send(event) or b"" for event in events))
        status, body = 0, bytearray()
        headers: Headers = ()
        while not isinstance(event := await self._next(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status, headers = event.status_code, tuple(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("MiniStack hung up")
        return Answer(status, headers, bytes(body))

    async def _next(self) -> h11.Event:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(_CHUNK))
        assert not isinstance(event, type)  # noqa: S101 PAUSED comes only after the end of a message
        return event


class Upstream:
    """Connections to one MiniStack."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._kept: list[_Connection] = []

    async def ask(self, method: str, target: bytes, headers: Headers, body: bytes = b"") -> Answer:
        """One request with its answer; `headers` without Content-Length. Raises Unsendable, Unreached, or
        TimeoutError."""
        if body:
            headers = (*headers, (b"content-length", str(len(body)).encode()))
        try:
            events: list[h11.Event] = [h11.Request(method=method, target=target, headers=list(headers))]
        except h11.LocalProtocolError as error:
            raise Unsendable(str(error)) from error
        events += [h11.Data(data=body), h11.EndOfMessage()] if body else [h11.EndOfMessage()]
        async with asyncio.timeout(_PATIENCE):
            while (kept := self._take()) is not None:
                try:
                    return await self._exchange(kept, events)
                except (OSError, h11.RemoteProtocolError) as error:
                    # It had been closed at the other end; only what may be done twice is sent again.
                    if method not in _REPEATED:
                        raise Unreached(str(error)) from error
            try:
                return await self._exchange(await self._opened(), events)
            except (OSError, h11.RemoteProtocolError) as error:
                raise Unreached(str(error)) from error

    async def _exchange(self, connection: _Connection, events: Iterable[h11.Event]) -> Answer:
        done = False
        try:
            answer = await connection.exchange(events)
            done = connection.http.our_state is connection.http.their_state is h11.DONE
        finally:
            if done and len(self._kept) < _KEPT:
                connection.http.start_next_cycle()
                self._kept.append(connection)
            else:
                connection.writer.close()
        return answer

    def close(self) -> None:
        """Hang up where nothing is under way."""
        while self._kept:
            self._kept.pop().writer.close()

    def _take(self) -> _Connection | None:
        while self._kept:
            connection = self._kept.pop()
            if connection.is_fresh():
                return connection
            connection.writer.close()
        return None

    async def _opened(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self._host, self._port))
