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

__all__ = ["Answerer", "Server", "bindable", "serve"]

Answerer: TypeAlias = Callable[[dns.message.Message, int], Awaitable[dns.message.Message]]
"""The answer to a query that came to the address of this number. It must not raise."""

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


async def serve(addresses: Sequence[str], answer: Answerer) -> Server:
    """Answer on one free port of all these addresses. Raises OSError if there is none."""
    for _ in range(_TRIES):
        opened: list[Any] = []
        port = 0  # The first address takes any.
        try:
            for number, address in enumerate(addresses):
                tcp = await asyncio.start_server(_Streams(answer, number).talk, address, port)
                opened.append(tcp)
                port = tcp.sockets[0].getsockname()[1]
                opened.append(await _datagrams(address, port, answer, number))
        except OSError:
            Server(port, opened).close()
        else:
            return Server(port, opened)
    raise OSError(f"no port is free on all of {', '.join(addresses)}")


async def _datagrams(address: str, port: int, answer: Answerer, number: int) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(answer, number), local_addr=(address, port))
    return transport


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP socket."""

    def __init__(self, answer: Answerer, number: int) -> None:
        self._answer, self._number = answer, number
        self._running: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._reply(data, addr))
        self._running.add(task)  # The loop itself keeps no hold of its tasks.
        task.add_done_callback(self._running.discard)

    async def _reply(self, data: bytes, addr: Any) -> None:
        reply = await _reply(data, self._answer, self._number, over_udp=True)
        if reply and not self._transport.is_closing():
            self._transport.sendto(reply, addr)


class _Streams:
    """One TCP socket."""

    def __init__(self, answer: Answerer, number: int) -> None:
        self._answer, self._number = answer, number

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                async with asyncio.timeout(_IDLE):
                    length = int.from_bytes(await reader.readexactly(2), "big")
                    data = await reader.readexactly(length)
                reply = await _reply(data, self._answer, self._number, over_udp=False)
                if not reply:
                    return
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            return
        finally:
            writer.close()


async def _reply(data: bytes, answer: Answerer, number: int, *, over_udp: bool) -> bytes | None:
    """The answer's bytes; None for what is no query."""
    try:
        query = dns.message.from_wire(data)
    except dns.exception.DNSException:
        return _not_understood(data)
    if query.flags & dns.flags.QR:
        return None
    response = await answer(query, number)
    announced = max(query.payload, _UNANNOUNCED) if query.edns >= 0 else _UNANNOUNCED
    limit = min(announced, _MOST) if over_udp else 65535
    return response.to_wire(max_size=limit, prefer_truncation=True)


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
