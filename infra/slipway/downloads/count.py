"""Requests counted: objects are unpacked by several threads, DuckDB screens their lines chunk by chunk, and what may
count is judged once at the end.

Memory is bounded: DuckDB's by a limit, over which it spills to disk; what is read and not yet screened by a queue.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from queue import Full, Queue
from threading import Event, Lock
from typing import Any, TypeAlias

import duckdb

from slipway.downloads.columnar import MAGIC, columnar
from slipway.downloads.layout import Facet, lines_of
from slipway.downloads.lines import Unreadable, blocks
from slipway.downloads.objects import LogObject
from slipway.downloads.rules import FUNCTIONS, judging, sampling, screening
from slipway.downloads.spool import Chunk, Place, Spool
from slipway.downloads.unpack import Damaged, unpacked

__all__ = ["Counted", "Say", "counted"]

Say: TypeAlias = Callable[[int, int], None]
"""Hears how many bytes of the objects are read, and how many lines are screened."""

_MEMORY = "448MB"
_MEMORY_OF_HOSTILE_LINES = "4GB"
_AHEAD = 1  # chunk that waits to be screened
_COMPACT = 6_000_000  # rows of screened requests, after which equal ones are added up
_SAMPLES = 3  # of each reason
_SHOWN = 500  # bytes of a malformed line

_REQUESTS = "(reason varchar, cdn varchar, facet varchar, date varchar, target varchar, n bigint)"
_TOTALS = """
SELECT
    reason,
    cdn,
    facet,
    {form} AS form,
    CASE WHEN reason IS NULL THEN date END AS date,
    CASE WHEN reason IS NULL THEN crate END AS crate,
    CASE WHEN reason IS NULL THEN version END AS version,
    sum(n)::bigint AS n
FROM ({judged})
GROUP BY ALL
"""
_TOGETHER = "SELECT reason, cdn, facet, date, target, sum(n)::bigint AS n FROM requests GROUP BY ALL"


@dataclass(slots=True)
class Counted:
    """What the objects held.

    The downloads are in the table `totals` of `database` as long as the context lives: reason (null: they count), cdn,
    facet, form (null unless kept apart by the minute), date, crate, version, and their number n.
    """

    database: duckdb.DuckDBPyConnection
    lines: int = 0
    objects: int = 0
    malformed: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def counted(
    objects: Iterable[LogObject], facets: Sequence[Facet] = (), *, explain: bool = False, say: Say = lambda *_: None
) -> Iterator[Counted]:
    """Count the objects, and give the database that has the result. An object that cannot be read, or not to its end,
    is among the damaged. Raises what opening an object raises."""
    with tempfile.TemporaryDirectory(prefix="slipway-", ignore_cleanup_errors=True) as spill, Place() as place:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(config=settings) as database:
            database.execute(FUNCTIONS)
            database.execute(f"CREATE TABLE requests {_REQUESTS}")
            found = Counted(database)
            _screen(found, objects, place, facets, explain, say)
            _judge(found, facets, explain)
            yield found


def _screen(
    found: Counted, objects: Iterable[LogObject], place: Place, facets: Sequence[Facet], explain: bool, say: Say
) -> None:
    rows = 0
    reading = _Reading(iter(objects), place, found)
    for chunk in reading.chunks():
        lines, where = lines_of(chunk.layout, facets), {"path": str(chunk.path)}
        ((added,),) = _rows(found.database, f"INSERT INTO requests {screening(lines)}", where)
        if explain:
            for reason, sample in _rows(found.database, sampling(lines), where):
                _sample(found, reason, sample)
            _sample_malformed(found, chunk)
        place.give(chunk.path)
        rows += added
        if rows > _COMPACT:
            found.database.execute(f"CREATE OR REPLACE TABLE requests AS {_TOGETHER}")
            rows = 0
        found.lines += chunk.lines
        say(reading.read, found.lines)


def _rows(database: duckdb.DuckDBPyConnection, statement: str, where: dict[str, str]) -> list[tuple[Any, ...]]:
    """What a statement over a chunk answers. DuckDB takes 2,048 lines at a time on every thread, whatever their length:
    where these are hostile, one thread may have more memory."""
    try:
        return database.execute(statement, where).fetchall()
    except duckdb.OutOfMemoryException:
        ((threads,),) = database.execute("SELECT current_setting('threads')").fetchall()
        database.execute(f"SET threads = 1; SET memory_limit = '{_MEMORY_OF_HOSTILE_LINES}'")
        try:
            return database.execute(statement, where).fetchall()
        finally:
            database.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = {threads}")


def _judge(found: Counted, facets: Sequence[Facet], explain: bool) -> None:
    database = found.database
    ((read,),) = database.execute("SELECT coalesce(sum(n), 0)::bigint FROM requests").fetchall()
    found.malformed += found.lines - read
    found.lines = read + found.malformed
    judged = judging("requests")
    form = "form" if "minute" in facets else "NULL::varchar"
    database.execute(f"CREATE TABLE totals AS {_TOTALS.format(judged=judged, form=form)}")
    if explain:
        late = f"SELECT reason, target FROM ({judged}) WHERE target IS NOT NULL AND reason IS NOT NULL"
        for reason, sample in database.execute(f"SELECT DISTINCT * FROM ({late}) LIMIT 1000").fetchall():
            _sample(found, reason, sample)
    database.execute("DROP TABLE requests")


def _sample(found: Counted, reason: str, sample: str) -> None:
    kept = found.samples.setdefault(reason, [])
    if len(kept) < _SAMPLES and sample not in kept:
        kept.append(sample[:_SHOWN])


def _sample_malformed(found: Counted, chunk: Chunk) -> None:
    """DuckDB leaves them out without a word, so they are looked for."""
    if chunk.layout.kind != "w3c":
        return
    with chunk.path.open("rb") as file:
        for line in file:
            if line.count(b"\t") != len(chunk.layout.fields) - 1:
                _sample(found, "shape", line[:_SHOWN].decode("utf-8", "replace").rstrip("\n"))
                if len(found.samples["shape"]) == _SAMPLES:
                    return


class _Over(Exception):
    """Nobody waits for chunks any more."""


class _Reading:
    """Objects read by as many threads as there are cores, each with a spool of its own."""

    def __init__(self, objects: Iterator[LogObject], place: Place, found: Counted) -> None:
        self.read = 0  # bytes
        self._objects = objects
        self._place = place
        self._found = found
        self._one = Lock()
        self._threads = os.cpu_count() or 1
        self._ready: Queue[Chunk | None] = Queue(_AHEAD)
        self._over = Event()

    def chunks(self) -> Iterator[Chunk]:
        """Chunks as they are ready; raises what a thread raised."""
        with ThreadPoolExecutor(self._threads, "reading") as pool:
            running = [pool.submit(self._work) for _ in range(self._threads)]
            try:
                for _ in running:
                    while (chunk := self._ready.get()) is not None:
                        yield chunk
            finally:
                self._over.set()
            for each in running:
                each.result()

    def _work(self) -> None:
        spool = Spool(self._place, self._threads)
        try:
            while (each := self._next()) is not None:
                self._one_object(each, spool)
            for chunk in spool.rest():
                self._put(chunk)
        except _Over:
            pass
        finally:
            spool.close()
            with suppress(_Over):
                self._put(None)  # of this thread there is nothing more

    def _next(self) -> LogObject | None:
        with self._one:
            each = next(self._objects, None)
            self._found.objects += each is not None
            return each

    def _one_object(self, each: LogObject, spool: Spool) -> None:
        try:
            with each.open() as opened:
                pieces = unpacked(opened)
                first = next(pieces, b"")
                pieces = chain([first], pieces)
                if first.startswith(MAGIC):
                    self._put(columnar(pieces, self._place))
                else:
                    self._lines(pieces, spool)
        except (Damaged, Unreadable) as error:
            with self._one:
                self._found.damaged[each.name] = str(error)
        with self._one:
            self.read += each.size

    def _lines(self, pieces: Iterable[bytes], spool: Spool) -> None:
        for block in blocks(pieces):
            if block.layout is None:  # nothing says how to read it
                with self._one:
                    self._found.malformed += block.lines
            else:
                for chunk in spool.add(block.layout, block):
                    self._put(chunk)

    def _put(self, chunk: Chunk | None) -> None:
        while not self._over.is_set():
            try:
                return self._ready.put(chunk, timeout=0.2)
            except Full:
                pass
        raise _Over
