"""CloudFront's edge locations as servers: one an address, https and http, all in the caller's event loop."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from slipway.cloud.internet.ca import FILE, Authority
from slipway.cloud.internet.locations import Histories, Location
from slipway.cloud.internet.memo import Memo
from slipway.cloud.internet.tls import Terminator
from slipway.cloud.internet.upstream import Upstream

__all__ = ["EdgePorts", "serve_edges"]

_log = logging.getLogger(__name__)
_TRIES = 50  # ports that are free at one address may be taken at another
_IDLE = 5.0  # seconds until a silent connection is closed, and until Hypercorn forgets one that the client closed
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class EdgePorts:
    """The ports of every location, and the certificate that their clients trust (PEM)."""

    https: int
    http: int
    ca: Path


class _Settings(Config):
    """One server's settings: a context for TLS that chooses the certificate itself, instead of files with one."""

    def __init__(self, https: socket.socket, http: socket.socket, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.tls = tls
        self.bind, self.insecure_bind = f"fd://{https.detach()}", f"fd://{http.detach()}"
        self.errorlog = _log
        self.include_date_header = self.include_server_header = False
        self.keep_alive_timeout = _IDLE
        self.backlog = _BACKLOG

    @property
    def ssl_enabled(self) -> bool:
        return True

    def create_ssl_context(self) -> ssl.SSLContext:
        return self.tls


async def serve_edges(addresses: Sequence[str], histories: Histories, endpoint: str, directory: Path) -> EdgePorts:
    """Start one location an address, all on the same two ports, and go on; they serve until the event loop ends.

    Location i holds what `histories` says of place i; `endpoint` is MiniStack's URL. Raises OSError if an address
    cannot be bound.
    """
    authority = Authority.create(directory)
    terminator, upstream, memo = Terminator(authority), Upstream(endpoint), Memo(lambda: histories.heard)
    https, http = _listening(addresses), _listening(addresses)
    ports = EdgePorts(https[0].getsockname()[1], http[0].getsockname()[1], directory / FILE)
    for place, sockets in enumerate(zip(https, http, strict=True)):
        context = terminator.serving(lambda place=place: histories.world(place))  # type: ignore[misc]
        settings = _Settings(*sockets, context)
        location = Location(place, histories, upstream, memo)
        asyncio.get_running_loop().create_task(_serving(location, settings))
    return ports


async def _serving(location: Location, settings: Config) -> None:
    """One location, until it is cancelled."""
    try:
        await serve(location, settings, shutdown_trigger=_never, mode="asgi")  # type: ignore[arg-type]
    finally:
        location.upstream.close()


async def _never() -> None:
    """Waits on the loop's own clock, so that the loop holds on to the server."""
    while True:
        await asyncio.sleep(3600)


def _listening(addresses: Sequence[str]) -> list[socket.socket]:
    """A listening socket at every address, all on one port that is free at each."""
    for _ in range(_TRIES - 1):
        try:
            return _on_one_port(addresses)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    return _on_one_port(addresses)


def _on_one_port(addresses: Sequence[str]) -> list[socket.socket]:
    with ExitStack() as opened:
        found: list[socket.socket] = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            each = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            each.bind((address, found[0].getsockname()[1] if found else 0))
            each.listen(_BACKLOG)
            found.append(each)
        opened.pop_all()
        return found
