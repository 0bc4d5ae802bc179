"""The tables of the counting database: one description, from which both databases' SQL is made.

    objects       every log that is counted, with the ETag of what was counted: the manifest
    object_days   which days a log has a share in: those to count again if it changes
    downloads, requests, missed    the counts; a log adds to them

All dates and times are UTC. A timestamp has no zone, since there is no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["COUNTS", "DOWNLOADS", "MISSED", "OBJECTS", "OBJECT_DAYS", "REQUESTS", "TABLES", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their types, in order; the first `keys` of them tell rows apart. A table of counts has one column
    more, which adds up; `day` is the SQL that says which day a row belongs to."""

    name: str
    columns: Mapping[str, str]
    keys: int
    day: str = "date"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return tuple(self.columns)[: self.keys]

    @property
    def rest(self) -> tuple[str, ...]:
        """The other columns."""
        return tuple(self.columns)[self.keys :]

    @property
    def definition(self) -> str:
        """The columns as CREATE TABLE takes them, without a key."""
        return ", ".join(f"{name} {kind}" for name, kind in self.columns.items())


OBJECTS = Table(
    "objects",
    {
        "source": "TEXT",  # s3://BUCKET, or the absolute folder of a file
        "key": "TEXT",  # the object's key, or the file's name
        "etag": "TEXT",
        "lines": "BIGINT",
        "downloads": "BIGINT",
        "skipped": "BIGINT",
        "damaged": "TEXT",  # why it could not be read to its end, or empty
        "counted_at": "TIMESTAMP",
    },
    keys=2,
)
OBJECT_DAYS = Table("object_days", {"source": "TEXT", "key": "TEXT", "date": "DATE", "downloads": "BIGINT"}, keys=3)
DOWNLOADS = Table(
    "downloads", {"date": "DATE", "cdn": "TEXT", "crate": "TEXT", "version": "TEXT", "downloads": "BIGINT"}, keys=4
)
REQUESTS = Table(
    "requests",
    {"minute": "TIMESTAMP", "cdn": "TEXT", "form": "TEXT", "status": "TEXT", "requests": "BIGINT"},
    keys=4,
    day="CAST(minute AS DATE)",
)
MISSED = Table(
    "missed", {"date": "DATE", "cdn": "TEXT", "crate": "TEXT", "status": "TEXT", "requests": "BIGINT"}, keys=4
)
COUNTS = (DOWNLOADS, REQUESTS, MISSED)
TABLES = (OBJECTS, OBJECT_DAYS, *COUNTS)
