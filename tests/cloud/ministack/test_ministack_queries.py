"""Athena in the local cloud over logs as they lie in S3: what a query reads, what it may, and where its result is."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pytest
from backports import zstd
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud

from .running import MiniStack, Until

pytestmark = pytest.mark.cloud

FIRST, SECOND = "cloudfront/static.example.org/a.gz", "cloudfront/index.example.org/b.log"
THIRD = "fastly-requests/static.example.org/c.zst"
BODIES = {
    # Two members; a line with a byte that is no UTF-8, one with a NUL, an empty one.
    FIRST: gzip.compress(b"one\n\xfftwo\n") + gzip.compress(b"a\x00b\r\n\n", mtime=0),
    SECOND: b'"quoted",\ttext',
    THIRD: zstd.compress(b"three\n") + zstd.compress(b"four\n"),
    "cloudfront/static.example.org/_hidden": b"never\n",
    "s3/crates/d.log": b"never\n",
}
TABLE = {
    "Name": "logs",
    "TableType": "EXTERNAL_TABLE",
    "Parameters": {
        "projection.enabled": "true",
        "projection.cdn.type": "enum",
        "projection.cdn.values": "cloudfront,fastly-requests",
        "projection.host.type": "enum",
        "projection.host.values": "static.example.org,index.example.org",
        "storage.location.template": "s3://logs/${cdn}/${host}/",
    },
    "PartitionKeys": [{"Name": "cdn", "Type": "string"}, {"Name": "host", "Type": "string"}],
    "StorageDescriptor": {"Columns": [{"Name": "line", "Type": "string"}], "Location": "s3://logs/"},
}


class Queries:
    """Logs in a bucket, a table over them, and a workgroup that says where results go."""

    def __init__(self, cloud: Cloud, until: Until) -> None:
        self.athena, self.s3, self.until = cloud.client("athena"), cloud.client("s3"), until
        self.s3.create_bucket(Bucket="logs")
        for key, body in BODIES.items():
            self.s3.put_object(Bucket="logs", Key=key, Body=body)
        glue = cloud.client("glue")
        glue.create_database(DatabaseInput={"Name": "downloads"})
        glue.create_table(DatabaseName="downloads", TableInput=TABLE)
        self.athena.create_work_group(
            Name="counting",
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": 10_000_000,
                "ResultConfiguration": {"OutputLocation": "s3://logs/athena/"},
            },
        )

    def run(self, query: str, **more: Any) -> dict[str, Any]:
        """The query's execution, when it has ended."""
        context = {"Database": "downloads"}
        asked = {"QueryString": query, "WorkGroup": "counting", "QueryExecutionContext": context, **more}
        query_id = self.athena.start_query_execution(**asked)["QueryExecutionId"]
        self.until(lambda: self._of(query_id)["Status"]["State"] not in ("QUEUED", "RUNNING"))
        return self._of(query_id)

    def _of(self, query_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return found

    def rows(self, query: str) -> list[list[str | None]]:
        """What it answers, without the names of the columns."""
        done = self.run(query)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"]["StateChangeReason"]
        answer = self.athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])["ResultSet"]["Rows"]
        return [[value.get("VarCharValue") for value in row["Data"]] for row in answer[1:]]


@pytest.fixture
def queries(ministack: MiniStack, until: Until) -> Queries:
    return Queries(ministack.cloud, until)


def test_lines_are_read_out_of_every_partition_and_nothing_else(queries: Queries) -> None:
    """All members of a gzip file and all frames of a Zstandard file; each line as it is, whatever is in it."""
    assert sorted(queries.rows("SELECT * FROM logs"), key=str) == sorted(
        [
            ["one", "cloudfront", "static.example.org"],
            ["\N{REPLACEMENT CHARACTER}two", "cloudfront", "static.example.org"],
            ["a\x00b", "cloudfront", "static.example.org"],
            ["", "cloudfront", "static.example.org"],
            ['"quoted",\ttext', "cloudfront", "index.example.org"],
            ["three", "fastly-requests", "static.example.org"],
            ["four", "fastly-requests", "static.example.org"],
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("where", "read"),
    [
        ("TRUE", [FIRST, SECOND, THIRD]),
        ("cdn = 'cloudfront'", [FIRST, SECOND]),
        ("cdn = 'cloudfront' AND host IN ('static.example.org')", [FIRST]),
        ("host <> 'static.example.org'", [SECOND]),
        ("host = 'elsewhere'", []),
        ("\"$path\" = 's3://logs/nothing'", [FIRST, SECOND, THIRD]),  # a path is no partition
    ],
)
def test_partitions_that_the_query_leaves_out_are_not_scanned(queries: Queries, where: str, read: list[str]) -> None:
    """What is paid for is the size of the objects of the others, compressed as they are."""
    done = queries.run(f"SELECT count(*) FROM logs WHERE {where}")  # noqa: S608
    assert done["Statistics"]["DataScannedInBytes"] == sum(len(BODIES[key]) for key in read)


def test_every_line_says_which_object_it_is_of(queries: Queries) -> None:
    """`"$path"` is there for who asks for it; the table is read twice, by two names."""
    counted = queries.rows(
        'SELECT a."$path", count(*) FROM downloads.logs AS a WHERE a.cdn IN (SELECT b.cdn FROM logs b) '
        "GROUP BY 1 ORDER BY 1"
    )
    assert counted == [[f"s3://logs/{SECOND}", "1"], [f"s3://logs/{FIRST}", "4"], [f"s3://logs/{THIRD}", "2"]]


def test_queries_are_in_trinos_words(queries: Queries) -> None:
    """In CTEs as well."""
    query = """
        WITH words AS (SELECT element_at(split(line, 'e'), 1) AS word FROM logs WHERE regexp_like(line, '^t'))
        SELECT reduce(array_agg(word), '', (s, x) -> s || x, s -> s) FROM words
    """
    assert queries.rows(query) == [["thr"]]


def test_result_is_where_the_answer_says_and_null_is_not_an_empty_text(queries: Queries) -> None:
    """Whatever place the client asks for: the workgroup's settings are enforced."""
    query = "SELECT 'a \"b\"' AS quoted, NULL AS nothing, '' AS empty FROM logs LIMIT 1"
    done = queries.run(query, ResultConfiguration={"OutputLocation": "s3://logs/elsewhere/"})
    place = done["ResultConfiguration"]["OutputLocation"]
    assert place == f"s3://logs/athena/{done['QueryExecutionId']}.csv"
    body = queries.s3.get_object(Bucket="logs", Key=place.removeprefix("s3://logs/"))["Body"].read().decode()
    assert body == '"quoted","nothing","empty"\n"a ""b""",,""\n'
    assert list(csv.reader(io.StringIO(body)))[1][0] == 'a "b"'


def test_query_above_the_limit_is_cancelled_and_says_what_it_would_have_read(queries: Queries) -> None:
    limit = {"BytesScannedCutoffPerQuery": 10_000_000}
    queries.athena.update_work_group(WorkGroup="counting", ConfigurationUpdates=limit)
    large = b"x" * 10_000_001
    queries.s3.put_object(Bucket="logs", Key="cloudfront/static.example.org/large.log", Body=large)
    done = queries.run("SELECT count(*) FROM logs")
    assert done["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in done["Status"]["StateChangeReason"]
    assert done["Statistics"]["DataScannedInBytes"] > len(large)
    assert queries.rows("SELECT count(*) FROM logs WHERE cdn = 'fastly-requests'") == [["2"]]
    queries.athena.update_work_group(
        WorkGroup="counting", ConfigurationUpdates={"RemoveBytesScannedCutoffPerQuery": True}
    )
    assert queries.rows("SELECT max(length(line)) FROM logs") == [["10000001"]]


def test_query_that_fails_says_why(queries: Queries) -> None:
    done = queries.run("SELECT url_decode('%') FROM logs")
    assert done["Status"]["State"] == "FAILED"
    assert "no escape" in done["Status"]["StateChangeReason"]


def test_workgroup_that_is_not_there_or_disabled_runs_nothing(queries: Queries) -> None:
    with pytest.raises(ClientError, match="is not found"):
        queries.run("SELECT 1", WorkGroup="other")
    queries.athena.update_work_group(WorkGroup="counting", State="DISABLED")
    with pytest.raises(ClientError, match="is disabled"):
        queries.run("SELECT 1")


def test_tables_that_are_not_projected_are_ministacks(queries: Queries) -> None:
    """And a query without any table."""
    assert queries.rows("SELECT 1 AS x") == [["1"]]
