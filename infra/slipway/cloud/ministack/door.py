"""The journal over HTTP, before MiniStack's own paths.

    GET /_slipway/journal?after=N&wait=SECONDS

answers at once if there is news after entry N, and else when there is, or when so many seconds have passed (at most a
minute): `{"epoch": ..., "last": M, "entries": [{"n", "at", "service", "id", "scale"}, ...]}`. Another epoch than before
means: forget everything, read it all again, and go on from `last`.

A request with `wait` above 0 comes from the follower, and says that it has taken up everything until N. MiniStack calls
no change spread that its follower has not taken up (it waits five seconds for one that says nothing).
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

from slipway.cloud.ministack.home import faults_file
from slipway.cloud.ministack.journal import Journal
from slipway.cloud.ministack.protocol import App, Message, Receive, Send

__all__ = ["PATH", "before"]

PATH = "/_slipway/journal"
_LONGEST = 60.0  # seconds
_LOOK = 0.2  # seconds between looks at faults.json


def before(app: App, journal: Journal) -> App:
    """The same application with the journal's path in front."""
    faults = _Faults(journal)

    async def with_journal(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await _answer(journal, faults, scope, receive, send)
        else:
            await app(scope, receive, send)

    return with_journal


async def _answer(journal: Journal, faults: _Faults, scope: Message, receive: Receive, send: Send) -> None:
    try:
        after, wait = _asked(scope["query_string"].decode("latin-1"))
    except ValueError:
        await _send(send, 400, {"error": "after is the number of an entry, wait a number of seconds"})
        return
    faults.look()
    if wait:
        await _wait(journal, faults, after, wait, receive)
    entries = [asdict(entry) for entry in journal.after(after)]
    await _send(send, 200, {"epoch": journal.epoch, "last": journal.last, "entries": entries})


async def _wait(journal: Journal, faults: _Faults, after: int, seconds: float, receive: Receive) -> None:
    """Until there is news, the time is over, or the follower has hung up."""
    deadline = time.monotonic() + seconds
    gone = asyncio.ensure_future(_hung_up(receive))
    try:
        journal.follow(after)
        while journal.last == after and not gone.done() and (left := deadline - time.monotonic()) > 0:
            await journal.news(after, min(left, _LOOK))
            journal.follow(after)
            faults.look()
        if gone.done():
            journal.leave()
    finally:
        gone.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _asked(query: str) -> tuple[int, float]:
    values = parse_qs(query)
    wait = float(values.get("wait", ["0"])[0])
    if not wait >= 0:  # what is not a number is not above 0 either
        raise ValueError(wait)
    return int(values.get("after", ["0"])[0]), min(wait, _LONGEST)


async def _send(send: Send, status: int, document: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})


class _Faults:
    """faults.json, which others write: a new version of it is an entry of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known = _version()

    def look(self) -> None:
        version = _version()
        if version != self._known:
            self._known = version
            self._journal.record("faults", "")


def _version() -> tuple[int, int] | None:
    try:
        found = faults_file().stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
