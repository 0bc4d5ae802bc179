"""Counts whole days again from the logs of the manifest: when a log has changed, and to check.

A log of those days that has itself changed meanwhile is taken as it is now, and the days it had or has a share in are
counted again with it. Logs go on arriving: whoever has come since is read as well, and the others are not read twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from slipway.downloads.store import Book, Counted, Counts, Log, StoreError, counts_of
from slipway.downloads.tally import tally
from slipway.downloads.work.logs import Gone, Logs, Opened
from slipway.engine.progress import Progress
from slipway.errors import BadInput

__all__ = ["Reading", "read"]

_TRIES = 50


def read(opened: Opened, log: Log) -> Counted:
    """What is in a log that is open. BadInput if it is no log, CloudError if it does not come to its end."""
    try:
        found = tally(opened.stream, f"{log.source}/{log.key}")
    finally:
        opened.check()
    return Counted(log, opened.etag, found)


class Reading:
    """The logs of some days as they are now, and what they add up to."""

    def __init__(
        self, book: Book, logs: Logs, days: Iterable[date], *also: Log, progress: Progress | None = None
    ) -> None:
        """Nothing is read yet. `also`: logs that may have no share in any day."""
        self._book, self._logs, self._progress = book, logs, progress
        self._wanted, self._also = frozenset(days), also
        self._begin()

    def _begin(self) -> None:
        self.days = set(self._wanted)
        self.counts = Counts()
        self.changed: dict[Log, Counted] = {}
        """Logs with another content than what was counted of them."""
        self.gone: list[Log] = []
        """Logs that were counted and are not there any more."""
        self._known: dict[Log, str] = {}

    @property
    def logs_read(self) -> int:
        """How many logs were read."""
        return len(self._known) - len(self.gone)

    def look(self) -> None:
        """Read every log that shares in those days and was not read yet. BadInput or CloudError if one cannot be."""
        while True:
            sharing = self._book.sharing(self.days)
            for log in self._also:
                if (etag := self._book.etag(log)) is not None:
                    sharing[log] = etag
            if any(self._is_outdated(log, etag, sharing.get(log)) for log, etag in self._known.items()):
                self._begin()
                continue
            self._known |= {log: sharing[log] for log in self._known}
            unread = [log for log in sharing if log not in self._known]
            if not unread:
                return
            for log in sorted(unread):
                if self._progress:
                    self._progress.tick(f"counting again: {len(self._known)} logs read")
                self._read(log, sharing[log])

    def recorded(self) -> Counts:
        """What the database has of those days, at a moment at which every log of its manifest was read here. StoreError
        if the manifest never rests."""
        for _ in range(_TRIES):
            self.look()
            sharing, counts = self._book.standing(self.days)
            if sharing == self._expected():
                return counts
        raise StoreError(f"{_named(self.days)} cannot be compared: the manifest never rests", "Try again later.")

    def put(self) -> None:
        """Put what the logs add up to in place of what the database has of those days. BadInput if a log of them is
        gone, since its share is not known then; StoreError if the manifest never rests."""
        for _ in range(_TRIES):
            self.look()
            if self.gone:
                raise BadInput(
                    f"{_named(self.days)} cannot be counted again: {len(self.gone)} of the logs are gone,"
                    f" such as {self.gone[0].source}/{self.gone[0].key}",
                    "What is counted stays as it is. Put those logs back, or live with it.",
                )
            counts = self.counts.within(self.days)
            now = datetime.now(UTC).replace(tzinfo=None)
            if self._book.put(self.days, counts, list(self.changed.values()), self._expected(), now):
                return
        raise StoreError(f"{_named(self.days)} cannot be counted again: the manifest never rests", "Try again later.")

    def _expected(self) -> dict[Log, str]:
        """The manifest's part that what was read depends on."""
        idle = {log for log in self._also if log not in self.changed and not self._book.days(log) & self.days}
        return {log: etag for log, etag in self._known.items() if log not in idle}

    def _is_outdated(self, log: Log, etag: str, now: str | None) -> bool:
        """Whether somebody else has put another content of a log that was read here; if it is what was read here, all
        is well."""
        if now == etag:
            return False
        mine = self.changed.pop(log, None)
        return mine is None or mine.etag != now

    def _read(self, log: Log, etag: str) -> None:
        self._known[log] = etag
        try:
            with self._logs.open(log) as opened:
                counted = read(opened, log)
        except Gone:
            self.gone.append(log)
            return
        counts = counts_of(counted.tally)
        self.counts.add(counts)
        if counted.etag != etag:
            self.changed[log] = counted
            self.days |= {*counts.days(), *self._book.days(log)}


def _named(days: Iterable[date]) -> str:
    first, *others = [*map(str, sorted(days)), "no day"]
    return f"{first} and {len(others) - 1} more days" if len(others) > 1 else first
