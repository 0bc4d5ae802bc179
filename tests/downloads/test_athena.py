"""Athena in the local cloud counts what the slow counter counts; what a query costs, and how one ends."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cases import CASES, cloudfront, fastly, w3c
from table import ALIKE, FAILING, UNLIKE, Found, by_object, by_the_slow_counter, found, hostile_logs, key

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.downloads.athena import Estimate, answered, estimated, price
from slipway.downloads.dialect import Question
from slipway.downloads.result import not_counted, rows, total
from slipway.errors import BadInput, CloudError

pytestmark = pytest.mark.cloud
HOST = "static.example.org"
GROUP = "counting"


class Logs:
    """A bucket of logs with the table that the program declares, and nothing in it at first."""

    def __init__(self, cloud: Cloud, bucket: str) -> None:
        self.s3, self.athena, self.bucket = cloud.client("s3"), cloud.client("athena"), bucket
        self.s3.create_bucket(Bucket=bucket)
        self.question = Question(bucket.replace("-", "_"), "lines")
        glue = cloud.client("glue")
        glue.create_database(DatabaseInput={"Name": self.question.database})
        glue.create_table(
            DatabaseName=self.question.database,
            TableInput={
                "Name": "lines",
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {
                    "projection.enabled": "true",
                    "projection.cdn.type": "enum",
                    "projection.cdn.values": "cloudfront,fastly-requests",
                    "projection.host.type": "enum",
                    "projection.host.values": f"{HOST},index.example.org",
                    "storage.location.template": f"s3://{bucket}/${{cdn}}/${{host}}/",
                },
                "PartitionKeys": [{"Name": "cdn", "Type": "string"}, {"Name": "host", "Type": "string"}],
                "StorageDescriptor": {
                    "Columns": [{"Name": "line", "Type": "string"}],
                    "Location": f"s3://{bucket}/",
                },
            },
        )
        self.group = f"{GROUP}-{bucket}"
        self.athena.create_work_group(
            Name=self.group,
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": 50_000_000,
                "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/athena/"},
            },
        )

    def put(self, key: str, data: bytes) -> str:
        """The URL of a new object."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=data)
        return f"s3://{self.bucket}/{key}"

    def rows(self, sql: str) -> list[list[str | None]]:
        """What any query answers."""
        query_id = self.athena.start_query_execution(QueryString=sql, WorkGroup=self.group)["QueryExecutionId"]
        while True:
            status = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(0.02)
        assert status["State"] == "SUCCEEDED", status["StateChangeReason"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        found = [
            [each.get("VarCharValue") for each in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
        ]
        return found[1:]

    def counted(self, question: Question) -> tuple[dict[tuple[Any, ...], int], dict[str, int], Estimate, int]:
        """By the library: downloads by CDN, date, crate and version; reasons; the estimate; bytes scanned."""
        estimate = estimated(question, self.group)
        with answered(estimate, self.group) as answer:
            _, found = rows(answer.counted, ["cdn"], 100_000)
            assert total(answer.counted) == sum(row[-1] for row in found)  # type: ignore[misc]
            downloads = {(row[1], row[0], row[2], row[3]): int(str(row[-1])) for row in found}
            return downloads, not_counted(answer.counted), estimate, answer.scanned


@pytest.fixture(scope="module")
def _shell(running_cloud: RunningCloud) -> Iterator[None]:
    """As `eval "$(slipway env)"` sets it."""
    with pytest.MonkeyPatch.context() as shell:
        shell.setenv("AWS_ENDPOINT_URL", running_cloud.endpoint)
        shell.setenv("AWS_ACCESS_KEY_ID", "test")
        shell.setenv("AWS_SECRET_ACCESS_KEY", "test")
        shell.setenv("AWS_REGION", "us-east-1")
        yield


@pytest.fixture
def logs(_shell: None, aws: Cloud, request: pytest.FixtureRequest) -> Logs:
    """Of one test alone."""
    return Logs(aws, "logs-" + re.sub("[^a-z]+", "-", request.node.name.lower())[-40:].strip("-"))


def test_every_small_log_counts_as_the_table_of_cases_says(logs: Logs) -> None:
    """One query for all: by the object's URL. What Athena sees otherwise by its nature is as it is known."""
    readable = [case for case in CASES if case.name not in FAILING]
    urls = {logs.put(key(number, case), case.data): case for number, case in enumerate(readable)}
    told = found(logs.rows(by_object(logs.question)))
    assert told.keys() <= urls.keys()
    for url, case in urls.items():
        expected = Found(Counter(case.downloads), Counter(case.reasons))
        assert (case.name, told.get(url, Found())) == (case.name, UNLIKE.get(case.name, expected))


def test_cases_that_are_unlike_are_few_and_there() -> None:
    assert len(ALIKE) + len(UNLIKE) + len(FAILING) == len(CASES)
    for case in CASES:
        if case.name in UNLIKE:
            assert UNLIKE[case.name] != Found(Counter(case.downloads), Counter(case.reasons))


def test_generated_hostile_logs_count_as_the_slow_counter_counts_them(logs: Logs) -> None:
    """Of all three kinds; CRLF, bytes that are no UTF-8, SQL and markup in every field."""
    urls = {logs.put(name, data): by_the_slow_counter(data) for name, data in hostile_logs(2_000)}
    assert found(logs.rows(by_object(logs.question))) == urls
    assert all(len(each.downloads) > 100 and len(each.reasons) == 7 for each in urls.values())


LINE = w3c(cloudfront())
AGENT = "cargo/1.92.0%20(a%2520b)"
OTHER = w3c(
    cloudfront("/crates/b/1.0.0/download", date="2026-03-02"), cloudfront(method="HEAD"), cloudfront(agent=AGENT)
)
FASTLY = f"{fastly()}\n{fastly(status=404)}\nnothing\n".encode()


def test_downloads_of_both_cdns_and_what_a_query_reads_for_them(logs: Logs) -> None:
    """CloudFront's logs are billed twice. The answer is what the commands of a count on this machine take."""
    logs.put(f"cloudfront/{HOST}/E1.2026-03-01-23.a.log", LINE)
    logs.put("cloudfront/index.example.org/E2.2026-03-02-00.b.log", OTHER)
    logs.put(f"fastly-requests/{HOST}/2026-03-01T23:00:00.000-c.log", FASTLY)
    logs.put(f"fastly-requests/{HOST}/_hidden", FASTLY)
    downloads, reasons, estimate, scanned = logs.counted(logs.question)
    assert downloads == {
        ("cloudfront", "2026-03-01", "a", "1.2.3"): 2,
        ("cloudfront", "2026-03-02", "b", "1.0.0"): 1,
        ("fastly", "2026-03-01", "a", "1.2.3"): 1,
    }
    assert reasons == {"method": 1, "status": 1, "shape": 1}
    assert scanned == estimate.size == 2 * len(LINE) + 2 * len(OTHER) + len(FASTLY)
    assert (estimate.objects, estimate.limit, estimate.above) == (3, 50_000_000, False)


@pytest.mark.parametrize(
    ("changed", "objects", "number"),
    [
        ({"cdns": ("cloudfront",)}, 3, 3),
        ({"cdns": ("fastly-requests",), "hosts": (HOST,)}, 1, 1),
        ({"hosts": ("index.example.org",)}, 1, 2),
        ({"first": date(2026, 3, 2)}, 3, 1),  # a is two days early
        ({"first": date(2026, 3, 1), "last": date(2026, 3, 1)}, 3, 3),
        ({"last": date(2025, 1, 1)}, 0, 0),
    ],
    ids=str,
)
def test_partitions_and_days_are_what_is_read(logs: Logs, changed: dict[str, Any], objects: int, number: int) -> None:
    logs.put(f"cloudfront/{HOST}/E1.2026-02-28-23.a.log", LINE)
    logs.put("cloudfront/index.example.org/E2.2026-03-02-00.b.log", OTHER)
    logs.put(f"cloudfront/{HOST}/E1.2026-03-03-00.d.log", w3c(cloudfront(method="HEAD")))
    logs.put(f"fastly-requests/{HOST}/2026-03-01T23:00:00.000-c.log", FASTLY)
    question = replace(logs.question, **changed)
    downloads, _, estimate, _ = logs.counted(question)
    assert (estimate.objects, sum(downloads.values())) == (objects, number)


def test_regions_and_clients_are_kept_apart(logs: Logs) -> None:
    header = "#Version: 1.0\n#Fields: date x-edge-location cs-method cs-uri-stem sc-status cs(User-Agent)\n"
    row = "2026-03-01\tFRA60\tGET\t/crates/a/a-1.2.3.crate\t200\tcargo/1%2520x"
    logs.put(f"cloudfront/{HOST}/a.log", w3c(row, header=header))
    logs.put(f"fastly-requests/{HOST}/b.log", f"{fastly(agent='cargo/2 %20', region='EU')}\n{fastly()}\n".encode())
    estimate = estimated(replace(logs.question, facets=("region", "client")), logs.group)
    with answered(estimate, logs.group) as answer:
        _, found = rows(answer.counted, ["cdn", "region", "client"], 10)
    assert {row[1:4] for row in found} == {
        ("cloudfront", "FRA60", "cargo/1 x"),
        ("fastly", "EU", "cargo/2 %20"),
        ("fastly", "", "cargo/1.92.0 (344c4567c 2025-10-21)"),
    }


def test_an_answer_of_many_pages_is_taken_whole(logs: Logs) -> None:
    """A thousand rows are a page; an empty name is no missing one."""
    names = ["", *(f"c{number}" for number in range(2_500))]
    logs.put(f"cloudfront/{HOST}/a.log", w3c(*(cloudfront(f"/crates/{name}/1.0.0/download") for name in names)))
    downloads, _, _, _ = logs.counted(logs.question)
    assert downloads == {("cloudfront", "2026-03-01", name, "1.0.0"): 1 for name in names}


def test_a_query_above_the_limit_is_known_before_and_cancelled_if_it_is_run(logs: Logs) -> None:
    logs.athena.update_work_group(WorkGroup=logs.group, ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000})
    logs.put(f"fastly-requests/{HOST}/a.log", b"x" * 10_000_001)
    estimate = estimated(logs.question, logs.group)
    assert (estimate.above, estimate.size) == (True, 10_000_001)
    with pytest.raises(CloudError, match="at the workgroup's limit") as error, answered(estimate, logs.group):
        pass
    assert "scan_gigabytes" in error.value.advice


@pytest.mark.parametrize("name", FAILING)
def test_an_archive_that_is_broken_ends_the_query(logs: Logs, name: str) -> None:
    (case,) = (case for case in CASES if case.name == name)
    logs.put(f"cloudfront/{HOST}/{case.file}", case.data)
    estimate = estimated(logs.question, logs.group)
    with pytest.raises(CloudError, match=r"the query failed on Athena: .+") as error, answered(estimate, logs.group):
        pass
    assert "slipway downloads count" in error.value.advice


def test_a_query_that_nobody_waits_for_is_stopped(logs: Logs) -> None:
    """Ctrl-C raises wherever the program is: here while it says how things stand."""
    logs.put(f"cloudfront/{HOST}/a.log", w3c(*[cloudfront()] * 50_000))

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), answered(estimated(logs.question, logs.group), logs.group, interrupted):
        pass
    (query_id,) = logs.athena.list_query_executions(WorkGroup=logs.group)["QueryExecutionIds"]
    status = logs.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
    assert status["State"] == "CANCELLED"


def test_what_is_not_there_is_said(logs: Logs) -> None:
    with pytest.raises(BadInput, match="no host 'other'") as error:
        estimated(replace(logs.question, hosts=("other",)), logs.group)
    assert error.value.advice == f"It has index.example.org, {HOST}."
    with pytest.raises(CloudError, match=r"cannot ask for the table .*nowhere"):
        estimated(replace(logs.question, table="nowhere"), logs.group)
    with pytest.raises(CloudError, match="cannot ask for the workgroup nowhere"):
        estimated(logs.question, "nowhere")


def test_a_query_costs_five_dollars_a_terabyte_and_never_less_than_ten_megabytes() -> None:
    assert price(2 * 10**12) == 10
    assert price(0) == price(10_000_000) == 0.00005
