"""Workers that are killed lose nothing and count nothing twice.

Two at a time take the same queue's messages; each pair is killed with SIGKILL at a random moment, and others follow. In
the end the database is what one undisturbed worker makes of the same logs. `make test` has three kills on each
database, SLIPWAY_NIGHTLY=1 fifty; SLIPWAY_SEED=N has others.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import time
import uuid
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from logfiles import cloudfront

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.downloads.store import Book, open_book
from slipway.downloads.work.count import Done, Outcome, count
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.loop import work
from slipway.downloads.work.queue import Queue
from slipway.downloads.work.stop import Stop
from slipway.downloads.work.take import take, uncounted

NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
KILLS = 50 if NIGHTLY else 3
HIDDEN = 1  # seconds until what a killed worker had is seen again
SEED = int(os.environ.get("SLIPWAY_SEED", "8"))
TABLES = ("downloads", "requests", "missed", "object_days")


def _worker(endpoint: str, url: str, place: str, ready: Connection) -> None:
    """A worker's whole life, in a process of its own."""
    ready.send("ready")
    queue, book, stop = Queue(Cloud(endpoint).client("sqs"), url, HIDDEN), open_book(place), Stop()
    work(queue, lambda log: count(book, Logs(), log), _quiet, _quiet, stop, once=True)


def _quiet(told: object) -> None:
    """Nobody listens."""


def test_killed_workers_lose_and_double_nothing(
    running_cloud: RunningCloud, aws: Cloud, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs of three days, corrected ones and events that come twice among them."""
    rng = random.Random(SEED)  # noqa: S311
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", running_cloud.endpoint)
    s3, name = aws.client("s3"), f"logs-{uuid.uuid4().hex[:8]}"
    url = aws.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    s3.create_bucket(Bucket=name)
    queue, book = Queue(aws.client("sqs"), url), open_book(place)
    keys = [f"{number}.gz" for number in range(4 * KILLS)]

    def arrive(key: str, *, times: int = 1) -> None:
        crates = [f"crate-{int(rng.random() ** 2 * 400)}" for _ in range(rng.randrange(1, 2_000))]
        content = cloudfront(*crates, day=f"2026-08-{rng.randrange(20, 23)}", status=rng.choice(["200", "200", "404"]))
        s3.put_object(Bucket=name, Key=key, Body=content)
        told = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": name}, "object": {"key": key}}}
        for _ in range(times):
            queue.send(json.dumps({"Records": [told]}))

    killed = 0
    starting = multiprocessing.get_context("forkserver")
    starting.set_forkserver_preload([__name__])
    for key in keys:
        arrive(key, times=rng.choice([1, 1, 1, 2]))
    for _ in range(KILLS):
        if rng.random() < 0.4:
            arrive(rng.choice(keys))
        workers = []
        for _ in range(2):
            ours, theirs = starting.Pipe()
            worker = starting.Process(target=_worker, args=(running_cloud.endpoint, url, place, theirs))
            worker.start()
            ours.recv()
            workers.append(worker)
        time.sleep(rng.uniform(0.05, 0.8))
        for worker in workers:
            killed += worker.is_alive()
            worker.kill()
            worker.join()
    assert killed > KILLS
    _finish(queue, book)

    undisturbed = open_book(str(tmp_path / "undisturbed.duckdb"))
    told: list[Done] = []
    logs = uncounted(undisturbed, Logs(), [f"s3://{name}"])
    take(logs, lambda log: count(undisturbed, Logs(), log), told.append, Stop())()
    assert [each.outcome for each in told] == [Outcome.COUNTED] * len(keys)
    assert _all(book) == _all(undisturbed)


def _finish(queue: Queue, book: Book) -> None:
    """Work until the queue is empty and nothing is hidden in it."""
    while True:
        work(queue, lambda log: count(book, Logs(), log), _quiet, _quiet, Stop(), once=True)
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = queue.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)["Attributes"]
        if not any(int(found[each]) for each in names):
            return


def _all(book: Book) -> dict[str, list[tuple[object, ...]]]:
    found = {table: sorted(book.rows(f"SELECT * FROM {table}")) for table in TABLES}
    return {**found, "objects": sorted(book.rows("SELECT source, key, etag, lines, downloads, damaged FROM objects"))}
