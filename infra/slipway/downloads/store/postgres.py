"""The counting database on a PostgreSQL server, for several machines; version 12 or newer.

Rows are written in the order of their keys and tables always in the same order, the manifest first: two workers wait
for each other and never in a circle. `alone` is a lock on the manifest, which every writer touches before all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slipway.downloads.store.database import StoreError
from slipway.downloads.store.schema import OBJECTS, TABLES, Table
from slipway.engine.redaction import redact
from slipway.errors import BadInput
from slipway.plan import one_line

try:
    import psycopg
except ImportError:
    raise BadInput(
        "PostgreSQL needs the package psycopg, which is not installed", 'pip install "slipway[postgres]"'
    ) from None

__all__ = ["PostgresServer"]

_CONNECT = 10  # seconds
_LONGEST = 500  # characters of what the server says
_PREPARING = 7_210_815  # an advisory lock of ours: tables made by two at once would be an error for one of them


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database of a server, by its URL; libpq's variables and password file count too."""

    url: str

    @property
    def place(self) -> str:
        """The URL without its user and password."""
        return redact(self.url, {})

    def prepare(self) -> None:
        """Make the tables, one worker at a time."""
        with self.transaction() as transaction:
            transaction.rows("SELECT pg_advisory_xact_lock($1)", _PREPARING)
            for table in TABLES:
                key = ", ".join(table.key)
                transaction.rows(f"CREATE TABLE IF NOT EXISTS {table.name} ({table.definition}, PRIMARY KEY ({key}))")
            transaction.rows("CREATE INDEX IF NOT EXISTS object_days_date ON object_days (date)")

    @contextmanager
    def transaction(self) -> Iterator[_Transaction]:
        """A connection of its own, so that a server that was away is found again."""
        try:
            with psycopg.connect(
                self.url, connect_timeout=_CONNECT, application_name="slipway", cursor_factory=psycopg.RawCursor
            ) as connection:
                yield _Transaction(connection)
        except psycopg.Error as error:
            said = redact(one_line(str(error), _LONGEST), {})
            raise StoreError(f"the database {self.place}: {said}") from None


@dataclass(frozen=True, slots=True)
class _Transaction:
    connection: psycopg.Connection[tuple[Any, ...]]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql.encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def bring(self, table: Table, rows: Iterable[tuple[object, ...]]) -> str:
        name = f"new_{table.name}"
        self.rows(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.rows(f"CREATE TEMP TABLE {name} ({table.definition}) ON COMMIT DROP")
        with self.connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        return name

    def merge(self, table: Table, brought: str, *, add: bool) -> int:
        columns, key = ", ".join(table.columns), ", ".join(table.key)
        (number,) = table.rest[-1:]
        adding = f"UPDATE SET {number} = {table.name}.{number} + EXCLUDED.{number}" if add else "NOTHING"
        cursor = self.connection.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {brought} ORDER BY {key}"
            f" ON CONFLICT ({key}) DO {adding}".encode()
        )
        return cursor.rowcount

    def alone(self) -> None:
        self.rows(f"LOCK TABLE {OBJECTS.name} IN SHARE ROW EXCLUSIVE MODE")
