"""The ledger in a bucket, by S3's own conditional writes."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import boto3
import pytest
from scribe import WHO, deed, written

from slipway.cloud import environment, process
from slipway.engine import Engine
from slipway.errors import CloudError
from slipway.ledger import Book, Broken
from slipway.ledger.store import open_store
from slipway.ledger.witness import Witness

pytestmark = pytest.mark.cloud


@pytest.fixture
def bucket(running_cloud: process.RunningCloud, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in environment.variables(running_cloud, engine).items():
        monkeypatch.setenv(name, value)
    name = f"ledger-{uuid.uuid4().hex[:8]}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


def opened(bucket: str, tmp_path: Path, machine: str = "laptop") -> Book:
    store = open_store(f"s3://{bucket}/cdn", "production")
    return Book("production", store, Witness(tmp_path / machine / "production.json"))


def test_entries_are_objects_under_the_environments_prefix(bucket: str, tmp_path: Path) -> None:
    book = opened(bucket, tmp_path)
    assert (book.last(), list(book.entries())) == (None, [])
    hashes = written(book, 3)
    assert [link.hash for link in opened(bucket, tmp_path, "another").entries()] == hashes
    keys = [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == [f"cdn/production/0000000{number}.json" for number in (1, 2, 3)]


def test_object_is_never_written_over(bucket: str, tmp_path: Path) -> None:
    book = opened(bucket, tmp_path)
    assert book.store.create(1, b"one")
    assert not book.store.create(1, b"other")
    assert book.store.read(1) == b"one"


def test_lost_answer_to_ones_own_write_is_no_others_write(bucket: str, tmp_path: Path) -> None:
    """The client asks again by itself, and finds what it wrote."""
    book = opened(bucket, tmp_path)
    assert book.store.create(1, b"one")
    assert book.store.create(1, b"one")


def test_writers_at_once_get_a_place_each(bucket: str, tmp_path: Path) -> None:
    def write(machine: str) -> None:
        for number in range(5):
            opened(bucket, tmp_path, machine).append(deed(f"{machine}-{number}"), WHO)

    threads = [threading.Thread(target=write, args=(f"m{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    commits = [link.entry.deed.commit for link in opened(bucket, tmp_path, "reader").entries()]
    assert sorted(commits) == sorted(f"m{machine}-{number}" for machine in range(3) for number in range(5))


def test_object_that_was_changed_is_found(bucket: str, tmp_path: Path) -> None:
    written(opened(bucket, tmp_path), 2)
    boto3.client("s3").put_object(Bucket=bucket, Key="cdn/production/00000001.json", Body=b"{}")
    with pytest.raises(Broken, match="entry 1"):
        list(opened(bucket, tmp_path).entries())


def test_bucket_that_is_not_there_is_one_error(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(CloudError, match="NoSuchBucket"):
        opened(f"{bucket}-gone", tmp_path).last()


def test_entry_that_was_read_is_not_fetched_again(bucket: str, tmp_path: Path) -> None:
    """One command walks the ledger several times."""
    written(opened(bucket, tmp_path), 1)
    store = opened(bucket, tmp_path).store
    read = store.read(1)
    boto3.client("s3").delete_object(Bucket=bucket, Key="cdn/production/00000001.json")
    assert store.read(1) == read
    assert opened(bucket, tmp_path).store.read(1) is None
