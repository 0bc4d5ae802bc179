"""The counts and the manifest of what was counted, changed together: the SQL is the same on both databases.

A log is counted once, whoever counts it and however often: `add` takes it only if the manifest has no log of that name,
and counts and manifest are one transaction. A log that is there with another ETag cannot be subtracted, since its old
content is gone: `put` has all days that it touches replaced by a new count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from slipway.downloads.store.counts import Counts, counts_of, held
from slipway.downloads.store.database import Database, Transaction
from slipway.downloads.store.schema import COUNTS, OBJECT_DAYS, OBJECTS
from slipway.downloads.tally import Tally

__all__ = ["Book", "Counted", "Log", "Standing"]


_ETAG = "SELECT etag FROM objects WHERE source = $1 AND key = $2"


class Log(NamedTuple):
    """The name of a log: s3://BUCKET and its key, or a file's absolute folder and its name."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A log with what was found in the very content that has this ETag."""

    log: Log
    etag: str
    tally: Tally


class Standing(StrEnum):
    """How a log stood in the manifest when it was to be added."""

    ADDED = "added"
    KNOWN = "known"
    OTHER = "other"  # there with another content; nothing was done


@dataclass(frozen=True, slots=True)
class Book:
    """The counting database. Everything raises StoreError if it cannot be done, and then nothing was."""

    database: Database

    def etag(self, log: Log) -> str | None:
        """The ETag of what was counted of a log; None if nothing was."""
        found = self.rows(_ETAG, *log)
        return str(found[0][0]) if found else None

    def etags(self, source: str, prefix: str = "") -> dict[str, str]:
        """Every log of a source that is counted, or those whose keys begin so: its key and ETag."""
        return dict(
            self.rows("SELECT key, etag FROM objects WHERE source = $1 AND starts_with(key, $2)", source, prefix)
        )

    def sources(self) -> list[str]:
        """Every source that a log was counted from."""
        return [source for (source,) in self.rows("SELECT DISTINCT source FROM objects ORDER BY source")]

    def days(self, log: Log) -> frozenset[date]:
        """The days that a log has a share in."""
        found = self.rows("SELECT date FROM object_days WHERE source = $1 AND key = $2", *log)
        return frozenset(day for (day,) in found)

    def sharing(self, days: Collection[date]) -> dict[Log, str]:
        """Every log that has a share in one of those days, with the ETag of what was counted of it."""
        with self.database.transaction() as transaction:
            return _sharing(transaction, days)

    def counts(self, days: Collection[date]) -> Counts:
        """The rows of those days."""
        return self.standing(days)[1]

    def standing(self, days: Collection[date]) -> tuple[dict[Log, str], Counts]:
        """The logs that share in those days and the rows of those days, both at one moment."""
        found = Counts()
        with self.database.transaction() as transaction:
            transaction.alone()
            sharing = _sharing(transaction, days)
            for table in COUNTS:
                columns = ", ".join(table.columns)
                rows = transaction.rows(f"SELECT {columns} FROM {table.name} WHERE {table.day} = ANY($1)", list(days))
                found.of(table).update({row[:-1]: row[-1] for row in rows})
        return sharing, found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What one statement answers, in a transaction of its own; its values are $1, $2 ..."""
        with self.database.transaction() as transaction:
            return transaction.rows(sql, *values)

    def add(self, counted: Counted, at: datetime) -> Standing:
        """Add a log that was counted at `at` (UTC, without a zone), unless the manifest has it."""
        counts = counts_of(counted.tally)
        with self.database.transaction() as transaction:
            # First of all: of two workers with the same log the second waits here until the first has committed.
            brought = transaction.bring(OBJECTS, [_object(counted, at)])
            if not transaction.merge(OBJECTS, brought, add=False):
                found = transaction.rows(_ETAG, *counted.log)
                return Standing.KNOWN if found == [(counted.etag,)] else Standing.OTHER
            _add(transaction, counted.log, counts)
            for table in COUNTS:
                transaction.merge(table, transaction.bring(table, counts.rows(table)), add=True)
        return Standing.ADDED

    def put(
        self,
        days: Collection[date],
        counts: Counts,
        changed: Sequence[Counted],
        expected: Mapping[Log, str],
        at: datetime,
    ) -> bool:
        """Put new counts of whole days in place of what is there, and logs that have changed into the manifest. False,
        with nothing done, if the logs that share in those days, or the changed ones, are not those `expected` any more.
        """
        with self.database.transaction() as transaction:
            transaction.alone()
            found = _sharing(transaction, days)
            for each in changed:
                for (etag,) in transaction.rows(_ETAG, *each.log):
                    found[each.log] = etag
            if found != expected:
                return False
            for each in changed:
                for table in (OBJECTS, OBJECT_DAYS):
                    transaction.rows(f"DELETE FROM {table.name} WHERE source = $1 AND key = $2", *each.log)
                transaction.merge(OBJECTS, transaction.bring(OBJECTS, [_object(each, at)]), add=False)
                _add(transaction, each.log, counts_of(each.tally))
            for table in COUNTS:
                transaction.rows(f"DELETE FROM {table.name} WHERE {table.day} = ANY($1)", list(days))
                transaction.merge(table, transaction.bring(table, counts.rows(table)), add=False)
        return True


def _sharing(transaction: Transaction, days: Collection[date]) -> dict[Log, str]:
    rows = transaction.rows(
        "SELECT source, key, etag FROM objects WHERE (source, key) IN"
        " (SELECT source, key FROM object_days WHERE date = ANY($1))",
        list(days),
    )
    return {Log(source, key): etag for source, key, etag in rows}


def _add(transaction: Transaction, log: Log, counts: Counts) -> None:
    rows = [(*log, day, number) for day, number in sorted(counts.days().items())]
    transaction.merge(OBJECT_DAYS, transaction.bring(OBJECT_DAYS, rows), add=False)


def _object(counted: Counted, at: datetime) -> tuple[object, ...]:
    tally = counted.tally
    numbers = (tally.lines, sum(tally.downloads.values()), sum(tally.skipped.values()))
    return (*counted.log, counted.etag, *numbers, held(tally.damaged), at)
