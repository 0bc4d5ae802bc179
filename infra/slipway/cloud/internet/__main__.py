"""`python -m slipway.cloud.internet DIRECTORY`: the local internet of one cloud, until it is told to stop.

Everything runs in one event loop: the follower of MiniStack's journal, the name servers, the resolver, the edge
locations and the proxy. Where they are is published when all of them listen and know what stands. The process ends when
what it published is gone: somebody has deleted the cloud, or started another.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from slipway.cloud import clock
from slipway.cloud.internet.address import FILE, Internet, find, publish
from slipway.cloud.internet.authority import serve_authority
from slipway.cloud.internet.dns_server import bindable, replier, serve
from slipway.cloud.internet.edge import serve_edges
from slipway.cloud.internet.history import Histories
from slipway.cloud.internet.proxy import serve_proxy
from slipway.cloud.internet.resolver import Resolver
from slipway.cloud.process import recorded
from slipway.cloud.provider.cloud import Cloud

__all__ = ["main"]

_PLACES = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "::1")
_LOOK = 0.5  # Seconds between looks at whether the cloud is still there.


def main() -> None:
    """Serve the cloud whose directory is the first argument."""
    directory = Path(sys.argv[1]).absolute()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    cloud = recorded(directory)
    if cloud is None:
        raise SystemExit(f"there is no local cloud in {directory}")
    asyncio.run(_live(directory, cloud.endpoint))


async def _live(directory: Path, endpoint: str) -> None:
    """Serve until told to stop, or until the cloud is gone. Raises OSError if nothing can listen."""
    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    addresses = bindable(_PLACES)
    histories = Histories(len(addresses), Cloud(endpoint), directory)
    stopping = asyncio.create_task(stopped.wait())
    running: set[asyncio.Task[None] | asyncio.Task[bool]] = {
        stopping,
        asyncio.create_task(histories.follow(endpoint)),
        asyncio.create_task(_open(addresses, histories, endpoint, directory)),
    }
    published = False
    while not stopping.done() and (_is_ours(directory) if published else directory.exists()):
        done, running = await asyncio.wait(running, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            published = published or task is not stopping
            task.result()
    if _is_ours(directory):
        (directory / FILE).unlink(missing_ok=True)


async def _open(addresses: tuple[str, ...], histories: Histories, endpoint: str, directory: Path) -> None:
    """Start every server, and say where they are when they know what to answer."""
    authority = await serve_authority(addresses, histories)
    resolver = Resolver(addresses, authority.port, lambda: clock.read(directory), lambda: histories.epoch)
    resolving = await serve(addresses[:1], replier(resolver.answer))
    edges = await serve_edges(addresses, histories, endpoint, directory)
    proxy = await serve_proxy(addresses[0], resolving.port, edges)
    await histories.loaded.wait()
    publish(
        directory,
        Internet(
            pid=os.getpid(),
            addresses=addresses,
            dns=authority.port,
            resolver=resolving.port,
            https=edges.https,
            http=edges.http,
            proxy=proxy,
            ca=edges.ca,
        ),
    )


def _is_ours(directory: Path) -> bool:
    found = find(directory)
    return found is not None and found.pid == os.getpid()


if __name__ == "__main__":
    main()
