"""What the counting database is asked for; DuckDB and PostgreSQL answer, each in a module of its own."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from slipway.downloads.store.schema import Table
from slipway.errors import SlipwayError

__all__ = ["Database", "StoreError", "Transaction"]


class StoreError(SlipwayError):
    """The counting database cannot be reached, is busy, or turned something down; nothing of it was written."""

    exit_status = 3


class Transaction(Protocol):
    """A transaction that is under way. SQL has its values as $1, $2 ...; both databases take that."""

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement; its rows, if it has any."""

    def bring(self, table: Table, rows: Iterable[tuple[object, ...]]) -> str:
        """Bring rows of that table's columns into a temporary one, in bulk; its name."""

    def merge(self, table: Table, brought: str, *, add: bool) -> int:
        """Take brought rows into a table: where there is one of that key the counts are added, or else (not `add`) it
        stays as it is. How many rows were written."""

    def alone(self) -> None:
        """Until the end nobody else writes. To be asked for before anything is written or read."""


class Database(Protocol):
    """Where the tables are. Whatever goes wrong is a StoreError."""

    @property
    def place(self) -> str:
        """What to call it in messages: a path or a URL, without secrets."""

    def prepare(self) -> None:
        """Make the tables, if they are not there."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction, committed at its end, or undone by an exception."""
