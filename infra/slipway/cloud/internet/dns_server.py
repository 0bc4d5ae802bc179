"""A DNS server's sockets: UDP and TCP on one port of several addresses. What is answered is somebody else's business.

Sources: RFC 7766 (DNS over TCP: two bytes of length before each message, several queries on one connection), RFC 6891
(a UDP answer fits what the client announced, 512 bytes if it did not; the rest is asked for over TCP).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.rcode

from slipway.cloud.internet.dns_parse import parsed

__all__ = ["Answerer", "Replier", "Server", "bindable", "replier", "serve"]

Replier: TypeAlias = Callable[[bytes, int, bool], Awaitable[bytes | None]]
"""The reply to what came to the address of this number, over UDP or not; None for none. It must not raise."""

Answerer: TypeAlias = Callable[[dns.message.Message, int], Awaitable[dns.message.Message]]
"""The same for a query that is understood."""

_IDLE = 10.0  # Seconds a TCP client may be silent.
_UNANNOUNCED = 512
_MOST = 4096  # Bytes; on loopback nothing is fragmented below this.
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens on `port`, until it is closed."""

    port: int
    _sockets: Sequence[Any]

    def close(self) -> None:
        for each in self._sockets:
            each.close()


def bindable(addresses: Sequence[str]) -> tuple[str, ...]:
    """Those of the addresses that this machine lets us listen on."""
    return tuple(address for address in addresses if _bound(address))


async def serve(addresses: Sequence[str], reply: Replier) -> Server:
    """Reply on one free port of all these addresses. Raises OSError if there is none."""
    for _ in range(_TRIES):
        opened: list[Any] = []
        port = 0  # The first address takes any.
        try:
            for number, address in enumerate(addresses):
                tcp = await asyncio.start_server(_Streams(reply, number).talk, address, port)
                opened.append(tcp)
                port = tcp.sockets[0].getsockname()[1]
                opened.append(await _datagrams(address, port, reply, number))
        except OSError:
            Server(port, opened).close()
        else:
            return Server(port, opened)
    raise OSError(f"no port is free on all of {', '.join(addresses)}")


async def _datagrams(address: str, port: int, reply: Replier, number: int) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(reply, number), local_addr=(address, port))
    return transport


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP socket."""

    def __init__(self, reply: Replier, number: int) -> None:
        self._reply, self._number = reply, number
        self._running: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(data, addr))
        self._running.add(task)  # The loop itself keeps no hold of its tasks.
        task.add_done_callback(self._running.discard)

    async def _answer(self, data: bytes, addr: Any) -> None:
        reply = await self._reply(data, self._number, True)
        if reply and not self._transport.is_closing():
            self._transport.sendto(reply, addr)


class _Streams:
    """One TCP socket."""

    def __init__(self, reply: Replier, number: int) -> None:
        self._reply, self._number = reply, number

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                async with asyncio.timeout(_IDLE):
                    length = int.from_bytes(await reader.readexactly(2), "big")
                    data = await reader.readexactly(length)
                reply = await self._reply(data, self._number, False)
                if not reply:
                    return
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            return
        finally:
            writer.close()


def replier(answer: Answerer) -> Replier:
    """Replies in bytes, by somebody's answers."""

    async def reply(data: bytes, number: int, over_udp: bool) -> bytes | None:
        try:
            query = parsed(data[2:])
        except dns.exception.DNSException:
            return _not_understood(data)
        if query.flags & dns.flags.QR:
            return None
        response = await answer(query, number)
        announced = max(query.payload, _UNANNOUNCED) if query.edns >= 0 else _UNANNOUNCED
        limit = min(announced, _MOST) if over_udp else 65535
        return data[:2] + response.to_wire(max_size=limit, prefer_truncation=True)[2:]

    return reply


def _not_understood(data: bytes) -> bytes | None:
    """FORMERR for what has the head of a query."""
    if len(data) < 12 or data[2] & 0x80:
        return None
    response = dns.message.Message(id=int.from_bytes(data[:2], "big"))
    response.flags = dns.flags.QR
    response.set_rcode(dns.rcode.FORMERR)
    return response.to_wire()


def _bound(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
