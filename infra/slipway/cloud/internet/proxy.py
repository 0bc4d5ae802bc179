"""An HTTP proxy into the local internet, for stock clients and unchanged URLs.

Names are those of the local resolver, the ports 443 and 80 those of the edge locations. It connects to loopback
addresses only.
"""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import dns.asyncquery
import dns.exception
import dns.message
import dns.name
import dns.rcode

from slipway.cloud.internet.edge import EdgePorts

__all__ = ["serve_proxy"]

_PATIENCE: Final = 5.0  # seconds that the resolver, or a client with its request, may take
_LONGEST: Final = 2**16  # bytes of a request's head
_CHUNK: Final = 2**16
_RESOLVER: Final = "127.0.0.1"
_DROPPED: Final = ("connection", "proxy-connection", "proxy-authorization", "keep-alive")


class _Turned(Exception):
    """A request that the proxy answers itself."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whom a client wants to talk to, and what it has said to them so far."""

    host: str
    port: int
    head: bytes = b""


async def serve_proxy(address: str, resolver_port: int, ports: EdgePorts) -> int:
    """Start the proxy on a free port of the address, and go on; it serves until the event loop ends. The port.

    It asks the resolver on 127.0.0.1. CONNECT and GET http://... are understood.
    """

    running: set[asyncio.Task[None] | None] = set()  # The loop holds on to no task whose client is gone.

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        running.add(task)
        with suppress(OSError):
            try:
                wanted = await _wanted(reader)
                inner = await _connected(wanted, resolver_port, {443: ports.https, 80: ports.http})
            except _Turned as turned:
                writer.write(_refusal(turned))
                await writer.drain()
            else:
                inner[1].write(wanted.head)
                if not wanted.head:
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _joined((reader, writer), inner)
            finally:
                writer.close()
                running.discard(task)

    server = await asyncio.start_server(serve, address, 0, limit=_LONGEST)
    # The loop holds on to the server while it listens, and the server to this; cancelled, it closes.
    asyncio.get_running_loop().create_task(server.serve_forever())
    return int(server.sockets[0].getsockname()[1])


async def _wanted(reader: asyncio.StreamReader) -> _Wanted:
    """Read a request's head. Of a plain request, with the head as it goes on."""
    try:
        async with asyncio.timeout(_PATIENCE):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
        url = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host, port = url.hostname or "", url.port
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError):
        raise _Turned(HTTPStatus.BAD_REQUEST, "this is no request to a proxy") from None
    if method == "CONNECT":
        return _Wanted(host, port or 443)
    if url.scheme != "http" or not host:
        raise _Turned(HTTPStatus.BAD_REQUEST, "a proxy takes CONNECT, or a whole URL with http://")
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    kept = [line for line in lines if line.partition(":")[0].strip().lower() not in _DROPPED]
    # One request a connection: the next may be for another host.
    onward = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""])
    return _Wanted(host, port or 80, onward.encode("latin-1"))


async def _connected(
    wanted: _Wanted, resolver: int, doors: dict[int, int]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to an edge location for the host."""
    if wanted.port not in doors:
        raise _Turned(HTTPStatus.FORBIDDEN, f"port {wanted.port} is none of the local internet's: 443 and 80 are")
    addresses = await _addresses(wanted.host, resolver)
    if not addresses:
        raise _Turned(HTTPStatus.BAD_GATEWAY, f"{wanted.host} does not resolve in the local internet")
    inside = [each for each in addresses if ipaddress.ip_address(each).is_loopback]
    if not inside:
        raise _Turned(HTTPStatus.BAD_GATEWAY, f"{wanted.host} leads out of the local internet, to {addresses[0]}")
    for address in inside:
        with suppress(OSError):
            return await asyncio.open_connection(address, doors[wanted.port])
    raise _Turned(HTTPStatus.BAD_GATEWAY, f"no edge location answers at {', '.join(inside)}")


async def _addresses(host: str, resolver: int) -> list[str]:
    """The addresses of a host, IPv4 first, in the order in which the resolver gives them."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    return await _asked(host, "A", resolver) or await _asked(host, "AAAA", resolver)


async def _asked(host: str, kind: str, resolver: int) -> list[str]:
    try:
        query = dns.message.make_query(host, kind)
        answer = await dns.asyncquery.udp(query, _RESOLVER, timeout=_PATIENCE, port=resolver)
    except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, dns.name.IDNAException):
        raise _Turned(HTTPStatus.BAD_REQUEST, "this is no host name") from None
    except (dns.exception.DNSException, OSError):
        raise _Turned(HTTPStatus.GATEWAY_TIMEOUT, f"the resolver was asked for {host} in vain") from None
    if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise _Turned(HTTPStatus.BAD_GATEWAY, f"the resolver answers {dns.rcode.to_text(answer.rcode())} for {host}")
    return [rdata.address for rrset in answer.answer for rdata in rrset if rdata.rdtype == query.question[0].rdtype]


async def _joined(
    one: tuple[asyncio.StreamReader, asyncio.StreamWriter], other: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    """Carry bytes both ways until the connection inside ends, or the client's breaks."""
    upward = asyncio.ensure_future(_carried(one[0], other[1]))
    try:
        await _carried(other[0], one[1])
    finally:
        upward.cancel()
        other[1].close()


async def _carried(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(_CHUNK):
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()


def _refusal(turned: _Turned) -> bytes:
    body = f"{turned}\n".encode("utf-8", "replace")
    head = f"HTTP/1.1 {turned.status.value} {turned.status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
