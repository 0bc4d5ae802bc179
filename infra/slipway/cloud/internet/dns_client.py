"""Queries to name servers over UDP, as a resolver makes them: one socket a server, many questions at a time.

dnspython's own client makes a socket and reads a message a query. Here both are kept: of the answers that users of a
rehearsal get by the hundred a second, nearly all are the same bytes.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rdatatype

from slipway.cloud.internet.dns_answer import PAYLOAD
from slipway.cloud.internet.dns_parse import parsed

__all__ = ["Client"]


@dataclass(slots=True)
class Client:
    """Asks the name servers on `port`; to be used in one event loop."""

    port: int
    _lines: dict[str, _Line] = field(default_factory=dict)

    async def ask(
        self, server: str, name: dns.name.Name, kind: dns.rdatatype.RdataType, limit: float
    ) -> dns.message.Message:
        """What the server at an address says of a name within so many seconds; nobody may change it. It is not complete
        if it has the flag TC. Raises OSError (TimeoutError among them) and dns.exception.DNSException."""
        async with asyncio.timeout(limit):
            line = self._lines.get(server) or await self._line(server)
            return parsed(await line.ask(_query(name, kind)))

    async def _line(self, server: str) -> _Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_datagram_endpoint(_Line, remote_addr=(server, self.port))
        if server in self._lines:  # Somebody else was quicker.
            line.close()
        return self._lines.setdefault(server, line)

    def close(self) -> None:
        """Ask nothing more."""
        for line in self._lines.values():
            line.close()


class _Line(asyncio.DatagramProtocol):
    """The socket to one server, and who waits for which number's answer."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def close(self) -> None:
        self._transport.close()

    async def ask(self, query: bytes) -> bytes:
        """The answer to a query, both without their numbers."""
        number = random.randbytes(2)  # noqa: S311 nobody but us is on this machine's loopback interface
        while number in self._waiting:
            number = random.randbytes(2)  # noqa: S311
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._transport.sendto(number + query)
            return await answer
        finally:
            del self._waiting[number]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        answer = self._waiting.get(data[:2])
        if answer is not None and not answer.done():
            answer.set_result(data[2:])

    def error_received(self, exc: Exception) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(exc)


@lru_cache(maxsize=1024)
def _query(name: dns.name.Name, kind: dns.rdatatype.RdataType) -> bytes:
    query = dns.message.make_query(name, kind, use_edns=0, payload=PAYLOAD)
    query.flags &= ~dns.flags.RD
    return bytes(query.to_wire()[2:])
