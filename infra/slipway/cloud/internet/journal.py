"""MiniStack's journal: what has been changed there, asked for over a long poll, again and again.

    GET /_slipway/journal?after=7&wait=5  ->  {"epoch": "...", "last": 8, "entries": [
        {"n": 8, "at": 1700000000.25, "service": "route53", "id": "Z0123456789", "scale": 600.0}]}

A reset of MiniStack, and another MiniStack, is a new epoch: its numbers begin anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

__all__ = ["Batch", "Entry", "ask", "follow"]

_log = logging.getLogger(__name__)
_WAIT = 5.0  # Seconds MiniStack may think about it; a new epoch that it cannot tell from the old one shows at the end.
_LIMIT = 15.0  # Seconds until an answer counts as lost.
_PAUSES = (0.05, 0.1, 0.2)  # Seconds before asking again, the last one from then on.


class Entry(msgspec.Struct, frozen=True):
    """One successful change: its number, when it was (Unix seconds), and what it touched; an empty id: anything. It
    spreads as fast as the clock ran then, however late it is heard of."""

    n: int
    at: float
    service: str
    id: str = ""
    scale: float = 0.0


class Batch(msgspec.Struct, frozen=True):
    """What one poll brought."""

    epoch: str
    last: int
    entries: tuple[Entry, ...] = ()


async def follow(endpoint: str, take: Callable[[Batch], Awaitable[None]]) -> None:
    """Hand every batch of the journal on, until cancelled. What `take` could not work through, since MiniStack failed
    meanwhile, comes again; while MiniStack is away, it is asked for again and again."""
    epoch, after, failures = "", 0, 0
    while True:
        try:
            # The first answer says at once which epoch it is; then the new is waited for.
            batch = await ask(endpoint, after, _WAIT if epoch else 0.0)
            await take(batch)
        except (OSError, EOFError, ValueError, TimeoutError, BotoCoreError, ClientError) as error:
            _log.info("the journal could not be followed: %s", error)
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1
        else:
            epoch, after, failures = batch.epoch, batch.last, 0


async def ask(endpoint: str, after: int, wait: float) -> Batch:
    """One poll. Raises OSError, EOFError, TimeoutError, or ValueError for an answer that is none."""
    address = urlsplit(endpoint)
    target = f"/_slipway/journal?after={after}&wait={wait:g}"
    async with asyncio.timeout(wait + _LIMIT):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            # HTTP/1.0: the answer comes in one piece and ends with the connection.
            writer.write(f"GET {target} HTTP/1.0\r\nHost: {address.netloc}\r\n\r\n".encode())
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
    status = head.partition(b"\r\n")[0].split(b" ")
    if len(status) < 2 or status[1] != b"200":
        raise ValueError(f"the journal answered {status[1:2] or 'nothing'}")
    return msgspec.json.decode(body, type=Batch)
