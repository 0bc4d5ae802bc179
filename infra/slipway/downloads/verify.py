"""Does the database say what the logs say? A day is counted again from its logs and compared, row by row.

Three things may differ: the counts, a log that has changed or gone since it was counted, and a log of that day that the
manifest lacks. Only what is counted can be put right here; a log that is not counted is for `take` or the queue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from slipway.downloads.store import Book, Counts, Log
from slipway.downloads.store.counts import Key
from slipway.downloads.store.schema import MISSED, REQUESTS
from slipway.downloads.work.logs import Found, Logs
from slipway.downloads.work.recount import Reading
from slipway.engine.progress import Progress

__all__ = ["Difference", "Finding", "compare", "names_day", "verify"]

_DATE = re.compile(r"(20\d{2})(?:[-/]|/month=)?([01]\d)(?:[-/]|/day=)?([0-3]\d)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A crate with rows that differ: what the database has, what the logs say, and in how many rows they differ."""

    crate: str
    recorded: int
    recounted: int
    rows: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of the comparison. `others` are rows of requests and misses that differ."""

    day: date
    logs: int
    downloads: int
    differences: tuple[Difference, ...]
    others: int
    changed: tuple[Log, ...]
    gone: tuple[Log, ...]
    uncounted: tuple[Log, ...]
    repaired: bool = False

    @property
    def sound(self) -> bool:
        """Nothing differs, and no log is missing on either side."""
        return not (self.differences or self.others or self.changed or self.gone or self.uncounted)


def verify(
    book: Book, logs: Logs, day: date, sources: Sequence[str], progress: Progress, *, repair: bool = False
) -> Finding:
    """Count a day again and compare; `repair` puts what was counted in place of what there is. Logs that are not
    counted are looked for at those sources, or at all that logs were ever counted from.

    BadInput if a log cannot be read, or if one is gone and the day is to be repaired. CloudError, StoreError.
    """
    reading = Reading(book, logs, [day], progress=progress)
    recorded, recounted = reading.recorded().within([day]), reading.counts.within([day])
    differences = tuple(compare(recorded, recounted))
    others = sum(len(_differing(recorded.of(table), recounted.of(table))) for table in (REQUESTS, MISSED))
    found = Finding(
        day,
        reading.logs_read,
        recounted.downloads.total(),
        differences,
        others,
        tuple(sorted(reading.changed)),
        tuple(sorted(reading.gone)),
        tuple(sorted(set(_uncounted(book, logs, day, sources or _known(book), progress)))),
        repaired=repair,
    )
    if repair and (differences or others or found.changed):
        reading.put()
    return found


def compare(recorded: Counts, recounted: Counts) -> Iterator[Difference]:
    """The crates whose downloads differ, those with the most first."""
    rows = Counter(key[2] for key in _differing(recorded.downloads, recounted.downloads))
    before, after = _by_crate(recorded, rows), _by_crate(recounted, rows)
    differences = (Difference(crate, before[crate], after[crate], number) for crate, number in rows.items())
    return iter(sorted(differences, key=lambda each: (-abs(each.recounted - each.recorded), each.crate)))


def names_day(found: Found, day: date) -> bool:
    """Whether a log may be of that day: its name has the day in it, or has none and it was written then or a day later.

    CloudFront and the second CDN have the date in the name, in UTC, and partitions have it in the folders above.
    """
    named = {"".join(each.groups()) for each in _DATE.finditer(f"{found.log.source}/{found.log.key}")}
    if named:
        return f"{day:%Y%m%d}" in named
    begin = datetime.combine(day, time(), UTC)
    return begin <= found.changed < begin + timedelta(2)


def _known(book: Book) -> list[str]:
    """Where logs came from; a folder that is gone holds none."""
    return [source for source in book.sources() if source.startswith("s3://") or Path(source).exists()]


def _uncounted(book: Book, logs: Logs, day: date, sources: Sequence[str], progress: Progress) -> Iterator[Log]:
    for place in sources:
        known: dict[str, dict[str, str]] = {}
        for found in logs.list(place):
            progress.tick(f"looking for logs that are not counted: {found.log.source}")
            if found.log.source not in known:
                known[found.log.source] = book.etags(found.log.source)
            if found.log.key not in known[found.log.source] and names_day(found, day):
                yield found.log


def _differing(one: Counter[Key], other: Counter[Key]) -> set[Key]:
    return {key for key in one.keys() | other.keys() if one[key] != other[key]}


def _by_crate(counts: Counts, crates: Iterable[str]) -> Counter[str]:
    wanted, found = set(crates), Counter[str]()
    for (_, _, crate, _), number in counts.downloads.items():
        if crate in wanted:
            found[crate] += number
    return found
