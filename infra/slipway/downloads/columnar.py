"""Logs as Parquet files, which are read whole or not at all: their index is at the end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from slipway.downloads.layout import parquet
from slipway.downloads.lines import Unreadable
from slipway.downloads.spool import Chunk, Place

__all__ = ["MAGIC", "columnar"]

MAGIC = b"PAR1"


def columnar(pieces: Iterable[bytes], place: Place) -> Chunk:
    """The file as a chunk. Raises Unreadable where it is none, or broken."""
    path = place.take()
    with path.open("r+b", buffering=0) as file:
        file.truncate()
        for piece in pieces:
            file.write(piece)
    try:
        with duckdb.connect() as database:
            return Chunk(parquet(_columns(database, path)), path, _rows(database, path))
    except duckdb.Error as error:
        place.give(path)
        raise Unreadable(f"its Parquet is broken: {str(error).splitlines()[0]}") from None


def _columns(database: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    described = database.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)})
    return [row[0] for row in described.fetchall()]


def _rows(database: duckdb.DuckDBPyConnection, path: Path) -> int:
    """All of them are read: what is broken in the middle is found here, and not after a part of it was counted."""
    counting = "SELECT count(*), count(COLUMNS(*)) FROM read_parquet($path)"
    row = database.execute(counting, {"path": str(path)}).fetchone()
    return int(row[0]) if row else 0
