"""Opens the counting database for reading, and runs a SELECT.

PostgreSQL is read in one transaction, as of one moment. DuckDB lets one process write or several read, never both at a
time. So a file is opened late, read, and let go of at once, and whoever finds it taken waits a little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from slipway.errors import BadInput, CloudError

__all__ = ["Select", "selecting"]

Select: TypeAlias = Callable[[str], Iterable[tuple[Any, ...]]]
"""Runs a SELECT without parameters; its rows come as they are read, and must be read before the next one."""

_PATIENCE, _PAUSE = 10.0, 0.2  # seconds: for a writer in all, and between two tries
_ROWS = 10_000  # fetched at a time
# A database that somebody sent must not make us read another file, or the network.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
}
_COUNT = "Count logs first: `slipway downloads take` or `work`; or name the database with --database."


@contextmanager
def selecting(database: str) -> Iterator[Select]:
    """A way to ask the database at this path or `postgresql://` URL, which nothing changes.

    BadInput where there is none, or it is another thing; CloudError while another process writes into it; StoreError
    where a server does not answer.
    """
    if database.startswith(("postgresql://", "postgres://")):
        with _on_server(database) as select:
            yield select
    elif "://" in database:
        raise BadInput("a counting database is a DuckDB file or on PostgreSQL", "Give a path, or postgresql://...")
    else:
        with _in_file(Path(database)) as select:
            yield select


@contextmanager
def _on_server(url: str) -> Iterator[Select]:
    from slipway.downloads.store.postgres import PostgresServer  # psycopg may not be there

    with PostgresServer(url).transaction() as transaction:
        transaction.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield transaction.rows


@contextmanager
def _in_file(path: Path) -> Iterator[Select]:
    import duckdb  # a tenth of a second, which the other commands do without

    connection = _open(path)
    try:

        def select(query: str) -> Iterator[tuple[Any, ...]]:
            found = connection.execute(query)
            while rows := found.fetchmany(_ROWS):
                yield from rows

        yield select
    except (duckdb.CatalogException, duckdb.BinderException):
        raise BadInput(f"{path} is a DuckDB file, and no counting database", _COUNT) from None
    except duckdb.Error as error:
        raise CloudError(
            f"{path} cannot be read: {_first_line(error)}", "Is the disk whole, and has it space?"
        ) from None
    finally:
        connection.close()


def _open(path: Path) -> Any:
    import duckdb

    if not path.is_file():
        raise BadInput(f"there is no counting database at {path}", _COUNT)
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return duckdb.connect(path, read_only=True, config=_CONFIG)
        except duckdb.Error as error:
            if "lock" not in str(error).lower():
                raise BadInput(f"{path} is no DuckDB file: {_first_line(error)}", _COUNT) from None
            if time.monotonic() > end:
                raise CloudError(
                    f"another process writes into {path}", "Try again when it is done, or read a copy of the file."
                ) from None
            time.sleep(_PAUSE)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
