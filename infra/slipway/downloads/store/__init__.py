"""The counting database: a DuckDB file, or PostgreSQL with the same tables.

schema     the tables
counts     what logs add up to, as rows that every database can hold   (pure)
database   what a database is asked for
duckdb     a file, one process at a time
postgres   a server
book       counts and manifest, changed together; the only SQL there is
"""

from __future__ import annotations

from pathlib import Path

from slipway.downloads.store.book import Book, Counted, Log, Standing
from slipway.downloads.store.counts import Counts, counts_of, held
from slipway.downloads.store.database import Database, StoreError

__all__ = ["Book", "Counted", "Counts", "Database", "Log", "Standing", "StoreError", "counts_of", "held", "open_book"]


def open_book(place: str) -> Book:
    """The counting database at a path, or at a `postgresql://` URL; its tables are made if they are not there.

    BadInput for a URL without psycopg, StoreError for a place that cannot be reached or made.
    """
    book = Book(_database(place))
    book.database.prepare()
    return book


def _database(place: str) -> Database:
    # Each is loaded where it is asked for: psycopg may not be there.
    if place.startswith(("postgresql://", "postgres://")):
        from slipway.downloads.store.postgres import PostgresServer

        return PostgresServer(place)
    from slipway.downloads.store.duckdb import DuckFile

    return DuckFile(Path(place))
