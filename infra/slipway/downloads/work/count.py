"""Counts one log, once: whatever happened to it before, and whoever else is at it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from slipway.downloads.store import Book, Counted, Log, Standing, StoreError
from slipway.downloads.tally import Tally
from slipway.downloads.work.logs import Gone, Logs
from slipway.downloads.work.recount import Reading, read
from slipway.downloads.work.stop import Stopped
from slipway.errors import BadInput, SlipwayError

__all__ = ["Done", "Outcome", "count"]

_UNHELD = re.compile("[\0\ud800-\udfff]")
_NOTHING = Tally(0, {}, {}, {}, {})


class Outcome(StrEnum):
    """What came of a log."""

    COUNTED = "counted"
    AGAIN = "again"  # it was counted before
    CORRECTED = "corrected"  # it was there with another content; its days were counted again
    DAMAGED = "damaged"  # counted as far as it can be read
    GONE = "gone"
    FAILED = "failed"  # nothing of it was counted


@dataclass(frozen=True, slots=True)
class Done:
    """A log, what came of it and in how many seconds; `because` if there is something to say about it."""

    log: Log
    outcome: Outcome
    seconds: float
    etag: str = ""
    lines: int = 0
    downloads: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    because: str = ""


def count(book: Book, logs: Logs, log: Log) -> Done:
    """Count a log and write it down. StoreError if the database fails, Stopped if it is time to end."""
    begun = time.monotonic()
    try:
        outcome, counted = _count(book, logs, log)
    except Gone:
        return Done(log, Outcome.GONE, time.monotonic() - begun)
    except (StoreError, Stopped):
        raise
    except SlipwayError as error:
        return Done(log, Outcome.FAILED, time.monotonic() - begun, because=error.message)
    except Exception as error:  # a log that finds a mistake of ours must not keep the others waiting
        because = f"{type(error).__name__}: {error}"
        return Done(log, Outcome.FAILED, time.monotonic() - begun, because=because)
    return _done(counted, outcome, time.monotonic() - begun)


def _count(book: Book, logs: Logs, log: Log) -> tuple[Outcome, Counted]:
    _check(log)
    with logs.open(log) as opened:
        known = book.etag(log)
        if known is None:
            counted = read(opened, log)
            standing = book.add(counted, datetime.now(UTC).replace(tzinfo=None))
            if standing is Standing.ADDED:
                return Outcome.DAMAGED if counted.tally.damaged else Outcome.COUNTED, counted
            known = counted.etag if standing is Standing.KNOWN else ""
        if known == opened.etag:
            return Outcome.AGAIN, Counted(log, opened.etag, _NOTHING)
    reading = Reading(book, logs, book.days(log), log)
    reading.put()
    corrected = reading.changed.get(log)
    # Somebody else may have been quicker.
    return (Outcome.CORRECTED, corrected) if corrected else (Outcome.AGAIN, Counted(log, opened.etag, _NOTHING))


def _check(log: Log) -> None:
    """A name that a database cannot hold as it is would be another log's name there."""
    for text in log:
        if _UNHELD.search(text):
            raise BadInput("its name has a NUL in it, or is not UTF-8")


def _done(counted: Counted, outcome: Outcome, seconds: float) -> Done:
    found = counted.tally
    return Done(
        counted.log,
        outcome,
        seconds,
        counted.etag,
        found.lines,
        sum(found.downloads.values()),
        found.skipped,
        found.damaged,
    )
