"""The journal: what changed in MiniStack, in order, and how far whoever follows has come.

A follower asks for the entries after the last one it has taken up, and so says how far it has come. What it has not
taken up has not spread, whatever the clock says: a change counts as done when its time is over *and* the follower, if
there is one, has gone past its entry.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass

from slipway.cloud.clock import Clock, read
from slipway.cloud.ministack.home import directory

__all__ = ["Entry", "Journal", "Pending"]

_PATIENCE = 5.0  # seconds that a follower may be silent, taking up what it has heard, before it counts as gone
_MOST = 50_000  # entries that are kept


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: a service's thing (zone, distribution, certificate, bucket; '' for none), at a Unix time, when the
    cloud's time ran `scale` times faster than ours."""

    n: int
    at: float
    service: str
    id: str
    scale: float


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that spreads until a Unix time, told by the journal's entry `n`."""

    until: float
    n: int


class Journal:
    """Lives on MiniStack's event loop. Numbers only rise; an epoch ends when everything is forgotten."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self.last = 0
        self._entries: list[Entry] = []
        self._news = asyncio.Event()
        self._heard = 0
        self._seen: float | None = None

    def record(self, service: str, identity: str) -> None:
        """Write an entry; whoever waits wakes."""
        if len(self._entries) == _MOST:
            self.begin()  # a follower reads everything anew, as after a reset
        self.last += 1
        self._entries.append(Entry(self.last, time.time(), service, identity, read(directory()).scale))
        self._wake()

    def begin(self) -> None:
        """A new epoch: everything is forgotten."""
        self.epoch = secrets.token_hex(8)
        self._entries = []
        self.last += 1  # so that a follower that is up to date is answered at once
        self._wake()

    def after(self, n: int) -> tuple[Entry, ...]:
        """The entries of this epoch with a higher number."""
        return tuple(entry for entry in self._entries if entry.n > n)

    async def news(self, after: int, seconds: float) -> None:
        """Wait for an entry with a higher number, or so long."""
        if self.last == after:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)

    def follow(self, after: int) -> None:
        """A follower is there, and has taken up what came until this entry."""
        self._heard = after
        self._seen = time.monotonic()

    def leave(self) -> None:
        """The follower is gone."""
        self._seen = None

    def followed(self) -> bool:
        """Whether there is a follower."""
        return self._seen is not None and time.monotonic() - self._seen < _PATIENCE

    @staticmethod
    def spreading(clock: Clock, seconds: float, n: int) -> Pending:
        """A change that the n-th entry tells, and that takes so many of the cloud's seconds. Where nothing takes any
        time nobody waits for the follower either: it is there some hundredths of a second later."""
        return Pending(time.time() + clock.real(seconds), n if clock.scale else 0)

    def has_spread(self, change: Pending) -> bool:
        """Whether a change is where it was to get."""
        return time.time() >= change.until and (self._heard >= change.n or not self.followed())

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
