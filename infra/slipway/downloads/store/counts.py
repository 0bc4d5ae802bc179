"""What logs add up to, as the rows that are kept: days and minutes as such, and text that every database can hold.

Names come out of URLs that anybody may ask for. PostgreSQL holds no NUL in a text and indexes no more than 2,704 bytes
(PostgreSQL documentation, *Character Types*; *B-Tree Indexes*, a third of a page). So NUL becomes U+2400, the symbol
for it, half a surrogate pair U+FFFD, and a text of more than 1,000 bytes its beginning and its SHA-256; in DuckDB too,
so that the two agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import TypeAlias

from slipway.downloads.store.schema import COUNTS, DOWNLOADS, MISSED, REQUESTS, Table
from slipway.downloads.tally import Tally

__all__ = ["Counts", "Key", "counts_of", "held"]

_LONGEST = 1_000  # bytes of a text
_BEGINNING = 900
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]")
_HALVES = re.compile("[\ud800-\udfff]")

Day: TypeAlias = date | datetime
Key: TypeAlias = tuple[Day, str, str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by table and key. The counters grow while logs are added."""

    downloads: Counter[Key] = field(default_factory=Counter)
    requests: Counter[Key] = field(default_factory=Counter)
    missed: Counter[Key] = field(default_factory=Counter)

    def of(self, table: Table) -> Counter[Key]:
        """The rows of one of the tables of counts."""
        return {DOWNLOADS.name: self.downloads, REQUESTS.name: self.requests, MISSED.name: self.missed}[table.name]

    def add(self, other: Counts) -> None:
        """Add what another log says."""
        for table in COUNTS:
            self.of(table).update(other.of(table))

    def days(self) -> Mapping[date, int]:
        """Every day that has a share, with its downloads, which may be none."""
        found: Counter[date] = Counter()
        for table in COUNTS:
            for key, number in self.of(table).items():
                found[_day(key[0])] += number if table is DOWNLOADS else 0
        return found

    def within(self, days: Collection[date]) -> Counts:
        """The rows of those days."""
        kept = Counts()
        for table in COUNTS:
            kept.of(table).update({key: each for key, each in self.of(table).items() if _day(key[0]) in days})
        return kept

    def rows(self, table: Table) -> Iterator[tuple[object, ...]]:
        """The rows of a table as they are written, in the order of its key."""
        return ((*key, number) for key, number in sorted(self.of(table).items()))


def counts_of(tally: Tally) -> Counts:
    """What a log adds. Names that were different may be the same once they are held."""
    day = cache(date.fromisoformat)
    return Counts(
        _rows(tally.downloads.items(), day),
        _rows(tally.requests.items(), cache(_minute)),
        _rows(tally.missed.items(), day),
    )


def held(text: str) -> str:
    """The text as both databases can hold and index it."""
    if "\0" in text:
        text = text.replace("\0", "␀")
    if text.isascii() and len(text) <= _LONGEST:
        return text
    data = _HALVES.sub("�", text).encode()
    if len(data) > _LONGEST:
        return f"{data[:_BEGINNING].decode(errors='ignore')}…{sha256(data).hexdigest()}"
    return data.decode()


def _rows(items: Iterable[tuple[tuple[str, str, str, str], int]], when: Callable[[str], Day]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for (at, cdn, one, other), number in items:
        found[when(at), held(cdn), held(one), held(other)] += number
    return found


def _minute(text: str) -> datetime:
    """A log may say any time: one that is none is the day's first minute. A year may be written +026."""
    text = f"0{text[1:]}" if text.startswith("+") else text
    found = _MINUTE.fullmatch(text)
    return datetime.fromisoformat(text if found else f"{text[:10]}T00:00")


def _day(when: Day) -> date:
    return when.date() if isinstance(when, datetime) else when
