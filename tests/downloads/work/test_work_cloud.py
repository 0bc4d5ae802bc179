"""The pipeline on the local cloud: a log is put into the bucket, and its downloads are counted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from logfiles import DAY, cloudfront

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.downloads.store import open_book
from slipway.downloads.work.count import Done, count
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.loop import run, work
from slipway.downloads.work.metrics import NAMESPACE
from slipway.downloads.work.queue import Message, Queue
from slipway.downloads.work.stop import Stop

SLIPWAY = [sys.executable, "-c", "from slipway.cli import main; main()", "downloads"]


class Impatient(Queue):
    """What failed is seen again at once."""

    def hide(self, message: Message, seconds: int) -> None:
        super().hide(message, 0)


@dataclass(frozen=True)
class Pipeline:
    """A bucket whose new objects are told to a queue, with dead letters after two receipts, and a database."""

    aws: Cloud
    bucket: str
    url: str
    place: str
    variables: dict[str, str]

    def put(self, key: str, content: bytes) -> None:
        self.aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)

    def run(self, *words: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """A command, in a process of its own."""
        done = subprocess.run(
            [*SLIPWAY, *words], env=self.variables, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    def work(self) -> list[dict[str, Any]]:
        """What the command says of each log until the queue is empty."""
        return [json.loads(line) for line in self.run("work", "--queue", self.url, "--once").stdout.splitlines()]

    def outcomes(self, workers: int = 1) -> list[str]:
        """What came of each log until the queue is empty, without waiting for what failed to be seen again."""
        queue, book, stop = Impatient(self.aws.client("sqs"), self.url), open_book(self.place), Stop()
        done: list[Done] = []
        run(
            lambda: work(queue, lambda log: count(book, Logs(), log), done.append, print, stop, once=True),
            workers,
            stop,
        )
        return [each.outcome for each in done]

    def metrics(self) -> dict[str, float]:
        """The sums of what was sent to CloudWatch."""
        now = datetime.now(UTC)
        cloudwatch = self.aws.client("cloudwatch")
        span = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(hours=1), "Period": 3600}
        return {
            name: sum(
                point["Sum"]
                for point in cloudwatch.get_metric_statistics(
                    Namespace=NAMESPACE, MetricName=name, Statistics=["Sum"], **span
                )["Datapoints"]
            )
            for name in ("Objects", "Lines", "Failed")
        }

    def downloads(self) -> dict[str, int]:
        return dict(open_book(self.place).rows("SELECT crate, downloads FROM downloads"))

    def queue(self, hidden: int = 120) -> Queue:
        return Queue(self.aws.client("sqs"), self.url, hidden)


@pytest.fixture
def pipeline(running_cloud: RunningCloud, aws: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """Everything new."""
    sqs, s3, name = aws.client("sqs"), aws.client("s3"), f"logs-{uuid.uuid4().hex[:8]}"
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn.removesuffix("-dead")}]}
    attributes = {
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2}),
        "Policy": json.dumps(policy),
    }
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    s3.create_bucket(Bucket=name)
    told = {"QueueArn": arn.removesuffix("-dead"), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": [told]})
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": running_cloud.endpoint,
        "SLIPWAY_DOWNLOADS": str(tmp_path / "d.duckdb"),
    }
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    return Pipeline(aws, name, url, variables["SLIPWAY_DOWNLOADS"], {**os.environ})


def test_log_that_is_put_into_the_bucket_is_counted(pipeline: Pipeline) -> None:
    """By S3's event; a key that needs encoding too, an index host's not, and what is gone is said to be."""
    key = "cloudfront/static/E1 é+%2B.gz"
    pipeline.put(key, cloudfront("serde", "rand"))
    pipeline.put("cloudfront/index.example.org/E2.gz", cloudfront("index"))
    pipeline.put("cloudfront/static/gone.gz", cloudfront("gone"))
    pipeline.aws.client("s3").delete_object(Bucket=pipeline.bucket, Key="cloudfront/static/gone.gz")
    told = {line["key"]: line for line in pipeline.work()}
    counted = told.pop(key)
    assert {name: line["outcome"] for name, line in told.items()} == {"cloudfront/static/gone.gz": "gone"}
    etag = pipeline.aws.client("s3").head_object(Bucket=pipeline.bucket, Key=key)["ETag"].strip('"')
    assert (counted["outcome"], counted["etag"], counted["lines"], counted["downloads"]) == ("counted", etag, 2, 2)
    assert counted["skipped"] == {}
    assert pipeline.downloads() == {"serde": 1, "rand": 1}
    assert pipeline.queue().receive() == []
    assert pipeline.metrics() == {"Objects": 2, "Lines": 2, "Failed": 0}


def test_events_that_come_again_and_logs_that_are_corrected(pipeline: Pipeline) -> None:
    """The same object twice is one event more and no download more; another content is another count."""
    pipeline.put("a.gz", cloudfront("serde", "old"))
    pipeline.put("a.gz", cloudfront("serde", "old"))
    pipeline.put("b.gz", cloudfront("serde"))
    assert sorted(pipeline.outcomes(workers=2)) == ["again", "counted", "counted"]
    pipeline.put("a.gz", cloudfront("serde", "new"))
    assert pipeline.outcomes() == ["corrected"]
    assert pipeline.downloads() == {"serde": 2, "new": 1}


def test_what_cannot_be_counted_becomes_a_dead_letter_and_may_come_back(pipeline: Pipeline) -> None:
    """After as many receipts as the queue allows; redriven when the cause is over."""
    pipeline.put("broken.gz", b"no log at all")
    pipeline.queue().send("{not json}\u202e")
    assert pipeline.outcomes() == ["failed"] * 4
    pipeline.put("broken.gz", cloudfront("mended"))
    assert pipeline.outcomes() == ["counted"]
    shown = pipeline.run("redrive", "--queue", pipeline.url, "--dry-run").stdout
    assert "2 dead letters" in shown
    assert f"s3://{pipeline.bucket}/broken.gz" in shown
    assert "{not json}\\u202e" in shown
    assert "2 moved back" in pipeline.run("redrive", "--queue", pipeline.url).stdout
    assert sorted(pipeline.outcomes()) == ["again", "failed", "failed"]
    assert pipeline.downloads() == {"mended": 1}
    assert pipeline.queue().dead_letters().waiting() == 1


def test_message_is_nobody_elses_until_it_is_given_back(pipeline: Pipeline) -> None:
    """And then at once."""
    pipeline.put("a.gz", cloudfront("serde"))
    queue = pipeline.queue(hidden=1)
    queue.delete(queue.receive(wait=1)[0])  # S3's test event
    (message,) = queue.receive(wait=1)
    queue.hide(message, 600)
    assert pipeline.queue().receive(wait=2) == []
    queue.hide(message, 0)
    assert len(pipeline.queue().receive(wait=1)) == 1


def test_worker_that_is_told_to_stop_ends_well(pipeline: Pipeline) -> None:
    """SIGTERM while it waits: status 0, and a line that says what it did."""
    pipeline.put("a.gz", cloudfront("serde"))
    command = [*SLIPWAY, "work", "--queue", pipeline.url]
    with subprocess.Popen(command, env=pipeline.variables, text=True, stdout=PIPE, stderr=PIPE) as worker:
        assert worker.stdout
        assert json.loads(worker.stdout.readline())["outcome"] == "counted"
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert said.splitlines()[-1] == "slipway: 1 log: 1 counted"


def test_logs_that_were_there_before_are_taken_and_their_day_is_verified(pipeline: Pipeline) -> None:
    """Taken again, nothing is left; a log of that day that the manifest lacks is named, with what to type."""
    source = f"s3://{pipeline.bucket}"
    for number in range(5):
        pipeline.put(f"cloudfront/static/E1.{DAY}-0{number}.gz", cloudfront("serde", "rand"))
    told = [json.loads(line) for line in pipeline.run("take", f"{source}/cloudfront/").stdout.splitlines()]
    assert [line["outcome"] for line in told] == ["counted"] * 5
    pipeline.put(f"cloudfront/static/E1.{DAY}-07.gz", cloudfront("serde"))
    pipeline.put("cloudfront/static/E1.2026-08-23-07.gz", cloudfront("serde"))
    found = pipeline.run("verify", DAY, expect=1).stdout.splitlines()
    assert found[0] == f"{DAY}: 10 downloads in 5 logs; 0 crates differ from the database"
    assert found[-2:] == [
        f"  {source}/cloudfront/static/E1.{DAY}-07.gz",
        f"To count what is not counted: slipway downloads take {source}/cloudfront/static",
    ]
    told = [json.loads(line) for line in pipeline.run("take", f"{source}/cloudfront/static").stdout.splitlines()]
    assert len(told) == 2


def test_failures_are_one_line(pipeline: Pipeline) -> None:
    """No such queue, none given, no dead letters, no database."""
    said = pipeline.run("work", "--queue", f"{pipeline.url}-no", expect=3).stderr
    assert "NonExistentQueue" in said or "QueueDoesNotExist" in said
    assert "no URL" in pipeline.run("work", "--queue", "logs", expect=2).stderr
    assert "no queue of dead letters" in pipeline.run("redrive", "--queue", f"{pipeline.url}-dead", expect=2).stderr
