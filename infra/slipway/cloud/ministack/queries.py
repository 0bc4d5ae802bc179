"""Athena over the download logs: what MiniStack lacks of a projected table, and of what a query costs.

MiniStack 1.5.33 runs a query on DuckDB where that is installed. It knows no partition projection and no `"$path"`,
hands Trino's SQL on as it is, makes up the bytes that were scanned, and puts a result elsewhere than it says. Queries
of a table that is projected (`projection.py`) run here instead, in Trino's words (`trino.py`); those of others stay
MiniStack's, but for where their result is.

A projected table is text, one string column, a row a line. Every partition is a table of its own, so that DuckDB's
plan says which of them the query reads: those objects alone are loaded, and their sizes are what was scanned. Sources:
Amazon Athena user guide, *Use partition projection*, *Set data usage control limits*, *Work with query results*.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from backports import zstd
from ministack.services import athena, glue, s3

from slipway.cloud.ministack import trino, workgroups
from slipway.cloud.ministack.projection import Partition, is_projected, partitions

__all__ = ["install"]

_LIMIT = "Query cancelled! : Bytes scanned limit was exceeded"
_Rows = dict[str, Any]
_run_on_duckdb: Callable[..., Awaitable[_Rows]] = athena._run_duckdb
_execute: Callable[..., Awaitable[None]] = athena._execute_query
_current: ContextVar[dict[str, Any]] = ContextVar("execution")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One partition of a query: its table's name in DuckDB, and its objects with their sizes."""

    name: str
    column: str
    partition: Partition
    objects: Mapping[str, int]


def install() -> None:
    """Let MiniStack run queries so."""
    athena._run_duckdb = _run
    athena._execute_query = _executed
    athena._save_query_results = _save


async def _executed(query_id: str, *rest: Any, **more: Any) -> None:
    """A query as Athena ends it: one above its workgroup's limit is cancelled, and what it has read is said."""
    execution = athena._executions.get(query_id)
    _current.set(execution)
    await _execute(query_id, *rest, **more)
    if "_scanned" in execution:
        execution["Statistics"]["DataScannedInBytes"] = execution["_scanned"]
    if execution["Status"]["StateChangeReason"] == _LIMIT:
        execution["Status"]["State"] = "CANCELLED"


async def _run(query: str, database: str, catalog: str | None = None) -> _Rows:
    references = athena._table_references(query)
    tables = {each: glue._tables.get(f"{each.database or database}/{each.table}") for each in references}
    projected = {each: table for each, table in tables.items() if table and is_projected(table)}
    if not projected:
        return await _run_on_duckdb(query, database, catalog)
    readings: list[_Reading] = []
    for each, table in sorted(projected.items(), key=lambda item: item[0].start, reverse=True):
        found = list(_readings(table, f"projected_{each.start}"))
        relation = _relation(found, with_path='"$path"' in query)
        alias = "" if each.aliased else f' AS "{each.table}"'
        query = f"{query[: each.start]}{relation}{alias}{query[each.end :]}"
        readings += found
    # The stores know the account by the request's context, so what is read is asked for here and not on the thread.
    return await asyncio.to_thread(_answer, trino.rewritten(query), readings, _current.get(), workgroups.limit_here())


def _readings(table: Mapping[str, Any], name: str) -> Iterator[_Reading]:
    (column,) = (str(each["Name"]) for each in table["StorageDescriptor"]["Columns"])
    for number, partition in enumerate(partitions(table)):
        bucket = s3._buckets.get(partition.bucket) or {"objects": {}}
        keys = [key for key in sorted(bucket["objects"]) if key.startswith(partition.prefix) and key[-1] != "/"]
        shown = [key for key in keys if not athena._hidden(key.removeprefix(partition.prefix))]
        sizes = {key: len(s3._get_object_data(partition.bucket, key) or b"") for key in shown}
        yield _Reading(f"{name}_{number}", column, partition, sizes)


def _relation(readings: list[_Reading], *, with_path: bool) -> str:
    """The table as a query in parentheses. Its `"$path"` is hidden: `SELECT *` does not have it."""
    path = ', path AS "$path"' if with_path else ""
    parts = []
    for each in readings:
        values = "".join(f", {_text(value)} AS {_name(key)}" for key, value in each.partition.values.items())
        parts.append(f"SELECT line AS {_name(each.column)}{values}{path} FROM {each.name}")  # noqa: S608 quoted
    return f"({' UNION ALL '.join(parts)})"


def _answer(query: str, readings: list[_Reading], execution: dict[str, Any], limit: int | None) -> _Rows:
    import duckdb  # MiniStack runs without it, and then mocks its queries

    with duckdb.connect(":memory:") as connection:
        for macro in trino.MACROS:
            connection.execute(macro)
        read = _needed(connection, query, readings)
        execution["_scanned"] = sum(sum(each.objects.values()) for each in read)
        if limit is not None and execution["_scanned"] > limit:
            raise ValueError(_LIMIT)
        for each in read:
            for key in each.objects:
                found = [list(_lines(each.partition.bucket, key)), f"s3://{each.partition.bucket}/{key}"]
                connection.execute(f"INSERT INTO {each.name} SELECT unnest(?::VARCHAR[]), ?", found)
        answer = connection.execute(query)
        described = answer.description or []
        types = [str(column[1]).upper().partition("(")[0] for column in described]
        return {
            "columns": [column[0] for column in described],
            "column_types": [athena._DUCKDB_TYPE_MAP.get(kind, "varchar") for kind in types],
            "rows": [list(row) for row in answer.fetchall()],
        }


def _needed(connection: Any, query: str, readings: list[_Reading]) -> list[_Reading]:
    """The partitions that are in DuckDB's plan of the query. Their tables are made, and left empty."""
    for each in readings:
        connection.execute(f"CREATE TEMP TABLE {each.name} (line VARCHAR, path VARCHAR)")
        # Of an empty table DuckDB knows that no line is in it, and plans without it.
        connection.execute(f"INSERT INTO {each.name} VALUES ('', ''), (NULL, NULL), (chr(1114111), chr(1114111))")  # noqa: S608
    plan = connection.execute(f"EXPLAIN {query}").fetchall()[-1][1]
    for each in readings:
        connection.execute(f"TRUNCATE {each.name}")
    named = set(re.findall(r"\bprojected_\d+_\d+\b", plan))
    return [each for each in readings if each.name in named]


def _lines(bucket: str, key: str) -> Iterator[str]:
    """The lines of an object, decompressed by its extension. What is no UTF-8 is U+FFFD."""
    data = s3._get_object_data(bucket, key) or b""
    if key.endswith(".gz"):
        data = gzip.decompress(data)
    elif key.endswith(".zst"):
        data = zstd.decompress(data)
    text = data.decode("utf-8", "replace")
    lines = re.split("\r\n|\n|\r", text)
    yield from lines if lines[-1] else lines[:-1]


async def _save(query_id: str) -> None:
    """The result where the answer says that it is: quoted, a NULL without quotes (Athena user guide, *Work with query
    results*). Raises ValueError if S3 does not take it."""
    execution = athena._executions[query_id]
    found = execution["_results"]
    rows = (",".join(map(_field, row)) for row in (found["columns"], *found["rows"]))
    bucket, _, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    body = "".join(f"{row}\n" for row in rows).encode()
    status, *_ = s3._put_object(bucket, key, body, {"content-type": "text/csv", "content-length": str(len(body))})
    if status >= 300:
        raise ValueError(f"Unable to write the result to {bucket}/{key}")


def _field(value: Any) -> str:
    return "" if value is None else _name(athena._datum_text(value))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
