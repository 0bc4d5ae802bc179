"""The counting database in a file, by DuckDB, which lets one process at a time have the file.

So it is opened for each transaction, and whoever finds it taken waits. There are no indexes: with one, five thousand
rows into a table of five million took 4 s and doubled the file, and without 0.15 s. That no key is there twice follows
from `merge` and from one writer at a time.
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from slipway.downloads.store.database import StoreError
from slipway.downloads.store.schema import TABLES, Table
from slipway.plan import one_line

__all__ = ["DuckFile"]

_WAIT = 60.0  # seconds for other processes' transactions; one takes a tenth
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5  # seconds
# A file of another kind would have DuckDB fetch an extension for it.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_LONGEST = 500  # characters of what DuckDB says


@dataclass(frozen=True, slots=True)
class DuckFile:
    """A database file. `wait` is for how many seconds another process may have it."""

    path: Path
    wait: float = _WAIT

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self.path)

    def prepare(self) -> None:
        """Make the file with its tables beside its place, and put it there whole: a crash leaves no half of one."""
        if self.path.exists():
            return
        try:
            self.path.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=f".{self.path.name}.") as folder:
                new = Path(folder) / "new"
                with _said(self.place), duckdb.connect(str(new), config=_CONFIG) as connection:
                    for table in TABLES:
                        connection.execute(f"CREATE TABLE {table.name} ({table.definition})")
                with suppress(FileExistsError):  # another worker was first
                    os.link(new, self.path)
        except OSError as error:
            advice = "Give --database a path in a folder you may write to."
            raise StoreError(f"cannot make the database {self.path}: {error.strerror}", advice) from None

    @contextmanager
    def transaction(self) -> Iterator[_Transaction]:
        """The file is open, and nobody else's, until the end."""
        with _turn(self.path.absolute()), _said(self.place):
            connection = self._opened()
            try:
                connection.begin()
                yield _Transaction(connection)
                connection.commit()
            finally:
                connection.close()  # undoes what is not committed

    def _opened(self) -> duckdb.DuckDBPyConnection:
        until, pause = time.monotonic() + self.wait, _FIRST_PAUSE
        while True:
            try:
                return duckdb.connect(self.place, config=_CONFIG)
            except duckdb.IOException as error:
                if "Could not set lock" not in str(error):
                    raise
                if time.monotonic() > until:
                    raise StoreError(
                        f"{self.place} is in use: another process had it for {self.wait:.0f} s",
                        "Stop what has it open (DuckDB's own shell, a notebook), or count into PostgreSQL.",
                    ) from None
            # Of several that wait, not always the same one is to come late.
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311
            pause = min(2 * pause, _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class _Transaction:
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def bring(self, table: Table, rows: Iterable[tuple[object, ...]]) -> str:
        name = f"new_{table.name}"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({table.definition})")
        appender = self.connection.appender(name)
        appender.append_rows(rows)
        appender.flush()
        return name

    def merge(self, table: Table, brought: str, *, add: bool) -> int:
        (number,) = table.rest[-1:]
        adding = f"WHEN MATCHED THEN UPDATE SET {number} = {table.name}.{number} + {brought}.{number}" if add else ""
        values = ", ".join(f"{brought}.{column}" for column in table.columns)
        done = self.rows(
            f"MERGE INTO {table.name} USING {brought} USING ({', '.join(table.key)}) {adding}"
            f" WHEN NOT MATCHED THEN INSERT VALUES ({values})"
        )
        return int(done[0][0])

    def alone(self) -> None:
        """It is anyway."""


@cache
def _turn(path: Path) -> threading.Lock:
    """One thread at a time: DuckDB gives all of a process the same open file, and refuses what they write at once."""
    return threading.Lock()


@contextmanager
def _said(place: str) -> Iterator[None]:
    """What DuckDB finds wrong, as one line."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(f"the database {place}: {one_line(str(error), _LONGEST)}") from None
