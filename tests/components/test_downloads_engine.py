"""Logs, the queues that tell of them and the table over them, on the real engine and the local cloud."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.plan import read_plan
from slipway.preflight import check

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_aws import cloudfront
from slipway.components import DownloadQueries, LogBucket, LogQueue

HOSTS = ["static.example.org"]
SCAN = 200_000_000_000

def site(host):
    return cloudfront.Distribution(
        host, enabled=True, comment=host,
        origins=[{"origin_id": "o", "domain_name": "o.example.org", "custom_origin_config": {
            "http_port": 80, "https_port": 443, "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
        }}],
        default_cache_behavior={
            "target_origin_id": "o", "viewer_protocol_policy": "redirect-to-https", "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"], "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        logging_config={"bucket": logs.bucket.bucket_domain_name, "prefix": f"cloudfront/{host}/"},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
        opts=pulumi.ResourceOptions(depends_on=[logs]),
    )

tags = {"environment": "dev"}
logs = LogBucket("logs", retention_days=30, protect=False, tags=tags)
queue = LogQueue("logs-queue", logs=logs, tags=tags)
sites = [site(host) for host in HOSTS]
folders = [each.logging_config.apply(lambda config: config.prefix) for each in sites]
queries = DownloadQueries("downloads", logs=logs, folders=folders, scan_bytes=SCAN, tags=tags)
pulumi.export("bucket", logs.bucket.id)
for name, value in {**queue.outputs, **queries.outputs}.items():
    pulumi.export(name, value)
"""
KEY = "cloudfront/static.example.org/E1.2026-01-01-00.abcdef01.gz"


def received(sqs: Any, queue: str, most: int = 1) -> list[dict[str, Any]]:
    """Messages that are there; they stay visible."""
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=most, VisibilityTimeout=0)
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def keys(messages: list[dict[str, Any]]) -> list[str]:
    """The objects that S3's events are about."""
    return [record["s3"]["object"]["key"] for each in messages for record in json.loads(each["Body"])["Records"]]


def ended(athena: Any, query_id: str) -> str:
    """The state in which a query ends."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]
        if state not in ("QUEUED", "RUNNING"):
            return str(state)
        time.sleep(0.05)
    raise AssertionError(query_id)


def test_a_log_is_told_of_and_can_be_asked_and_one_that_fails_is_put_aside(
    new_project: Callable[..., Any], aws: Cloud
) -> None:
    """Up, an upload, a query, five receipts; then edits, each of them one change; destroy."""
    project = new_project("downloads", PROGRAM)
    project.up()
    assert project.steps() == {}
    outputs = json.loads(project.pulumi("stack", "output", "--json").out)

    sqs = aws.client("sqs")
    for test in received(sqs, outputs["queue"], 10):  # S3 says in a message that it has found the queue
        assert json.loads(test["Body"])["Event"] == "s3:TestEvent"
        sqs.delete_message(QueueUrl=outputs["queue"], ReceiptHandle=test["ReceiptHandle"])
    aws.client("s3").put_object(Bucket=outputs["bucket"], Key=KEY, Body=gzip.compress(b"one\ntwo\n"))
    for _ in range(5):
        assert keys(received(sqs, outputs["queue"])) == [KEY]
    assert received(sqs, outputs["queue"]) == []
    assert keys(received(sqs, outputs["dead_letters"])) == [KEY]

    athena = aws.client("athena")
    query_id = athena.start_query_execution(
        QueryString=f"SELECT count(*) FROM {outputs['table']} WHERE cdn = 'cloudfront'",  # noqa: S608
        QueryExecutionContext={"Database": outputs["database"]},
        WorkGroup=outputs["workgroup"],
    )["QueryExecutionId"]
    assert ended(athena, query_id) == "SUCCEEDED"
    rows = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    assert rows[1]["Data"] == [{"VarCharValue": "2"}]

    edits = {
        ("SCAN = 200_000_000_000", "SCAN = 100_000_000_000"): {"downloads": "update"},
        ('["static.example.org"]', '["static.example.org", "www.example.org"]'): {
            "www.example.org": "create",
            "downloads_lines": "update",
        },
    }
    for (before, after), steps in edits.items():
        (project.directory / "__main__.py").write_text(PROGRAM.replace(before, after))
        preview = project.preview()
        changing = {step["urn"].rpartition("::")[2]: step["op"] for step in preview["steps"] if step["op"] != "same"}
        assert changing == steps
        verdict = check(read_plan(json.dumps(preview)), environment="production", guarded=True)
        assert [len(verdict.changes), verdict.approved] == [1, True], verdict.refusals
    project.up()
    project.pulumi("destroy", "--yes", "--skip-preview")
