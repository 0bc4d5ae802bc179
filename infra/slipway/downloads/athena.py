"""Requests counted by Athena: what a query would cost, the query, and its answer as a count on this machine would be.

Sources: Amazon Athena pricing; Amazon Athena API Reference, StartQueryExecution, GetQueryExecution, GetQueryResults;
Amazon Athena user guide, *Set data usage control limits*, *Service quotas* and *Use partition projection*.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import duckdb

from slipway.aws import client, reported
from slipway.downloads.count import Counted
from slipway.downloads.dialect import READINGS, Question, query
from slipway.downloads.listing import listed
from slipway.downloads.named import between
from slipway.errors import BadInput, CloudError

__all__ = ["Answer", "Estimate", "answered", "estimated", "price"]

Say: TypeAlias = Callable[[str], None]
"""Hears where things stand, many times."""

_DOLLARS = 5.0  # a terabyte that is scanned, in most regions (Amazon Athena pricing)
_LEAST = 10_000_000  # bytes that every query is billed for (the same)
_NAMES = 100_000  # characters of objects' names; a query has them twice, and at most 262,144 bytes (Service quotas)
_WAIT = 0.25, 2.0  # seconds between two questions, at first and at most
_ROWS = 50_000  # of the answer, put into the database at a time
_REASON = 300  # characters
_LIMIT = "Raise slipway:downloads: {scan_gigabytes: ...} and `pulumi up`, or count fewer days or hosts."


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a question would read: `objects`, and `size` in bytes as Athena bills them, packed as they lie in S3.

    `limit` is what the workgroup lets a query scan, None for anything. `question` is the one that was asked, of these
    objects alone.
    """

    question: Question
    objects: int
    size: int
    limit: int | None

    @property
    def dollars(self) -> float:
        """What the query costs if it scans all of that."""
        return price(self.size)

    @property
    def above(self) -> bool:
        """Athena would begin, cancel the query at the limit, and bill for what it had read."""
        return self.limit is not None and self.size > self.limit


@dataclass(frozen=True, slots=True)
class Answer:
    """What was counted, and the bytes that Athena scanned for it."""

    counted: Counted
    scanned: int


def price(size: int) -> float:
    """US dollars of a query that scans so many bytes."""
    return max(size, _LEAST) / 1e12 * _DOLLARS


def estimated(question: Question, workgroup: str, say: Say = lambda _: None) -> Estimate:
    """List what the question would read; Athena does nothing yet.

    BadInput for a CDN or host that the table has not, or a table that is not the program's; CloudError where AWS does
    not answer or says no.
    """
    with reported(f"cannot ask for the workgroup {workgroup}"):
        group = client("athena").get_work_group(WorkGroup=workgroup)["WorkGroup"]
    limit = (group.get("Configuration") or {}).get("BytesScannedCutoffPerQuery")
    sizes: dict[str, int] = {}
    for cdn, place in _places(question):
        for url, size in _objects(place):
            sizes[url] = size * READINGS.get(cdn, 1)
            say(f"{len(sizes):,} logs listed")
    if question.first or question.last:
        ranges = between(sizes, question.first, question.last)
        if sum(len(each.first) + len(each.end) for each in ranges) <= _NAMES:
            sizes = {url: size for url, size in sizes.items() if any(url in each for each in ranges)}
            question = replace(question, paths=tuple(ranges))
    return Estimate(question, len(sizes), sum(sizes.values()), limit)


def _places(question: Question) -> Iterator[tuple[str, str]]:
    """The partitions that the question is about: the CDN, and the URL that its objects' URLs begin with."""
    name = f"{question.database}.{question.table}"
    with reported(f"cannot ask for the table {name}"):
        found = client("glue").get_table(DatabaseName=question.database, Name=question.table)["Table"]
    parameters: Mapping[str, str] = found.get("Parameters") or {}
    template = parameters.get("storage.location.template", "")
    if "${cdn}" not in template or "${host}" not in template:
        raise BadInput(f"the table {name} is not the one of logs that the program declares", "`pulumi up` first.")
    cdns = _of("CDN", question.cdns, parameters.get("projection.cdn.values", "").split(","))
    hosts = _of("host", question.hosts, parameters.get("projection.host.values", "").split(","))
    for cdn, host in itertools.product(cdns, hosts):
        yield cdn, template.replace("${cdn}", cdn).replace("${host}", host)


def _of(what: str, asked: tuple[str, ...], known: list[str]) -> tuple[str, ...]:
    if unknown := sorted(set(asked) - set(known)):
        raise BadInput(f"the table of logs has no {what} {unknown[0]!r}", f"It has {', '.join(sorted(known))}.")
    return asked or tuple(known)


def _objects(place: str) -> Iterator[tuple[str, int]]:
    """The URLs and sizes of the objects that Athena reads below a URL; names that begin with a dot or _ are hidden."""
    for each in listed(client("s3"), place):
        if each.said["Size"] and not each.url.rpartition("/")[2].startswith((".", "_")):
            yield each.url, int(each.said["Size"])


@contextmanager
def answered(estimate: Estimate, workgroup: str, say: Say = lambda _: None) -> Iterator[Answer]:
    """Run the query, and give its answer as the table `totals` that `slipway.downloads.count.counted` gives.

    A query that is not waited for any more is stopped. CloudError: Athena failed or cancelled it, or says no.
    """
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE totals (reason varchar, cdn varchar, facet varchar, form varchar, date varchar, "
            "crate varchar, version varchar, n bigint)"
        )
        scanned = 0
        if estimate.objects:  # a query that names none would read all
            athena = client("athena")
            with reported("cannot run a query on Athena"):
                execution = _run(athena, query(estimate.question), workgroup, say)
                scanned = int(execution.get("Statistics", {}).get("DataScannedInBytes", 0))
                _take(database, athena, execution["QueryExecutionId"], say)
        ((lines,),) = database.execute("SELECT coalesce(sum(n), 0)::bigint FROM totals").fetchall()
        yield Answer(Counted(database, lines=int(lines), objects=estimate.objects), scanned)


def _run(athena: Any, sql: str, workgroup: str, say: Say) -> dict[str, Any]:
    """The execution of a query that has succeeded."""
    query_id = athena.start_query_execution(QueryString=sql, WorkGroup=workgroup)["QueryExecutionId"]
    began, (wait, longest) = time.monotonic(), _WAIT
    try:
        while True:
            found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            state = found["Status"]["State"]
            read = found.get("Statistics", {}).get("DataScannedInBytes", 0)
            if state not in ("QUEUED", "RUNNING"):
                break
            say(f"Athena: {state.lower()}, {time.monotonic() - began:.0f} s, {read / 1e6:,.0f} MB scanned")
            time.sleep(wait)
            wait = min(2 * wait, longest)
    except BaseException:  # Ctrl-C above all: a query that runs on costs money
        athena.stop_query_execution(QueryExecutionId=query_id)
        raise
    if state != "SUCCEEDED":
        raise _ended(found, read)
    return found


def _ended(execution: Mapping[str, Any], read: int) -> CloudError:
    """A query that has no answer, in Athena's own words."""
    why = " ".join(str(execution["Status"].get("StateChangeReason", "")).split())[:_REASON]
    query_id = execution["QueryExecutionId"]
    if "bytes scanned limit" in why.lower():
        return CloudError(f"Athena cancelled the query at the workgroup's limit, {read / 1e9:,.1f} GB read", _LIMIT)
    if execution["Status"]["State"] == "CANCELLED":
        return CloudError(f"somebody cancelled the query {query_id} on Athena", "Run the command again.")
    return CloudError(
        f"the query failed on Athena: {why or 'no reason given'}",
        "An object that cannot be unpacked ends it: `slipway downloads count` on the same logs names such ones. "
        f"`aws athena get-query-execution --query-execution-id {query_id}` says more.",
    )


def _take(database: duckdb.DuckDBPyConnection, athena: Any, query_id: str, say: Say) -> None:
    """The rows of an answer, a thousand a page, the first of which begins with the names of the columns."""
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    rows = (row["Data"] for page in pages for row in page["ResultSet"]["Rows"])
    next(rows, None)
    taken = 0
    while batch := [[each.get("VarCharValue") for each in row] for row in itertools.islice(rows, _ROWS)]:
        columns = [list(column) for column in zip(*batch, strict=True)]
        values = ", ".join(f"unnest(${number}::varchar[])" for number in range(1, 7))
        database.execute(
            "INSERT INTO totals (reason, cdn, facet, date, crate, version, n) "
            f"SELECT {values}, unnest($7::varchar[])::bigint",
            columns,
        )
        taken += len(batch)
        say(f"{taken:,} rows of the answer are here")
