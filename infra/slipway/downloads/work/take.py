"""Counts logs that no event tells of: what was there before the queue, and files. Begun again it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from slipway.downloads.store import Book, Log
from slipway.downloads.work.count import Done
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.loop import Count, Tell
from slipway.downloads.work.stop import Stop, Stopped

__all__ = ["take", "uncounted"]


def uncounted(book: Book, logs: Logs, sources: Sequence[str]) -> Iterator[Log]:
    """Every log at those places that is not counted as it is now."""
    for place in sources:
        known: dict[str, dict[str, str]] = {}
        for found in logs.list(place):
            source, key = found.log
            if source not in known:
                known[source] = book.etags(source, place.removeprefix(f"{source}/") if "://" in place else "")
            if known[source].get(key) != found.etag:
                yield found.log


def take(found: Iterable[Log], count: Count, tell: Tell, stop: Stop) -> Callable[[], None]:
    """What a thread has to do: take log after log until there is none; several threads may do it."""
    logs, turn = iter(found), threading.Lock()

    def one() -> None:
        while not stop.asked:
            with turn:
                log = next(logs, None)
            if log is None:
                return
            try:
                done: Done = count(log)
            except Stopped:
                return
            tell(done)

    return one
