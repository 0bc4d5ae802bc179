"""`slipway releases index`, as a user runs it against the local cloud."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from slipway.cloud import process
from slipway.cloud.provider.cloud import Cloud

ENTRY = "from slipway import cli; cli._MODULES.setdefault('releases', 'releases'); cli.main()"
DAY = "dist/2024-03-01"
Slipway = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def s3(aws: Cloud) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any, numbers: Iterator[int]) -> str:
    """A bucket with two files of one date."""
    name = f"releases-{next(numbers)}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key=f"{DAY}/b+c.tar.xz", Body=b"12345")
    s3.put_object(Bucket=name, Key=f"{DAY}/a.tar.xz", Body=b"123")
    return name


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count()


@pytest.fixture
def slipway(running_cloud: process.RunningCloud) -> Slipway:
    """Run `slipway releases index ARGUMENTS` with the local cloud's environment, or another one over it."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        cloud = {
            "AWS_ENDPOINT_URL": running_cloud.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
        }
        return subprocess.run(
            [sys.executable, "-c", ENTRY, "releases", "index", *arguments],
            env={**os.environ, **cloud, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_page_is_written_with_its_headers(slipway: Slipway, s3: Any, bucket: str) -> None:
    """HTML in UTF-8, cached for five minutes, with a link to every file."""
    done = slipway(bucket, "2024-03-01")
    assert (done.returncode, done.stdout) == (0, f"written    s3://{bucket}/{DAY}/index.html  2 files\n"), done.stderr
    found = s3.get_object(Bucket=bucket, Key=f"{DAY}/index.html")
    assert (found["ContentType"], found["CacheControl"]) == ("text/html; charset=utf-8", "public, max-age=300")
    text = found["Body"].read().decode()
    assert f'<td><a href="/{DAY}/a.tar.xz">a.tar.xz</a></td><td>3</td>' in text
    assert f'<td><a href="/{DAY}/b%2Bc.tar.xz">b+c.tar.xz</a></td><td>5</td>' in text


def test_page_is_written_only_when_it_changed(slipway: Slipway, s3: Any, bucket: str) -> None:
    """A second run writes nothing; a new file, or other headers on the page, make it write again."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key = f"{DAY}/index.html"

    def written() -> bool:
        done = slipway(bucket, "2024-03-01", "--format", "json")
        assert done.returncode == 0, done.stderr
        before.append(len(s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]))
        said: bool = json.loads(done.stdout)["pages"][0]["written"]
        assert said == (before[-1] > before[-2])
        return said

    before = [0]
    assert written()
    assert not written()
    s3.put_object(Bucket=bucket, Key=f"{DAY}/c", Body=b"")
    assert written()
    assert not written()
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/plain")
    before.append(before[-1] + 1)
    assert written()


def test_all_writes_every_date_of_the_calendar(slipway: Slipway, s3: Any, bucket: str) -> None:
    """Other folders, and dates that no calendar has, are left alone."""
    for key in ("dist/2024-02-29/x", "dist/2023-02-29/x", "dist/old/x", "dist/x", "doc/2024-01-01/x"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    done = slipway(bucket, "--all", "--format", "json")
    assert json.loads(done.stdout) == {
        "schema": "slipway.releases-index/1",
        "bucket": bucket,
        "pages": [
            {"date": day, "key": f"dist/{day}/index.html", "files": files, "written": True}
            for day, files in (("2024-02-29", 1), ("2024-03-01", 2))
        ],
    }
    assert "2024-02-29 (1 of 2)" in done.stderr
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"] if one["Key"].endswith("index.html")]
    assert keys == ["dist/2024-02-29/index.html", "dist/2024-03-01/index.html"]


def test_date_of_more_files_than_one_answer_holds_is_listed_whole(slipway: Slipway, s3: Any, bucket: str) -> None:
    """S3 answers with a thousand keys at a time."""
    for number in range(1_003):
        s3.put_object(Bucket=bucket, Key=f"dist/2024-04-01/{number:04}", Body=b"")
    done = slipway(bucket, "2024-04-01", "--format", "json")
    assert json.loads(done.stdout)["pages"][0]["files"] == 1_003
    text = s3.get_object(Bucket=bucket, Key="dist/2024-04-01/index.html")["Body"].read().decode()
    assert text.count("<a ") == 1_003


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("BUCKET",), "give either a date or --all"),
        (("BUCKET", "2024-03-01", "--all"), "give either a date or --all"),
        (("BUCKET", "2024-13-40"), "'2024-13-40' is no date"),
        (("BUCKET", "2024-03-02"), "/dist/2024-03-02/ is empty"),
        (("no-such-bucket-here", "2024-03-01"), "there is no bucket no-such-bucket-here"),
        (("no-such-bucket-here", "--all"), "there is no bucket no-such-bucket-here"),
        (("s3://a/b", "2024-03-01"), "'s3://a/b' is no bucket name"),
    ],
)
def test_bad_input_is_one_clear_error(slipway: Slipway, bucket: str, arguments: tuple[str, ...], said: str) -> None:
    """Status 2, no traceback, nothing on standard output."""
    done = slipway(*(bucket if one == "BUCKET" else one for one in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_empty_bucket_has_no_date(slipway: Slipway, s3: Any, numbers: Iterator[int]) -> None:
    """A wrong bucket is told from one that is up to date."""
    name = f"releases-{next(numbers)}"
    s3.create_bucket(Bucket=name)
    done = slipway(name, "--all")
    assert done.returncode == 2
    assert f"s3://{name}/dist/ has no folder of a date" in done.stderr


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "nowhere"])
def test_cloud_that_does_not_answer_is_status_3(slipway: Slipway, bucket: str, endpoint: str) -> None:
    """The message names bucket and key."""
    done = slipway(bucket, "2024-03-01", AWS_ENDPOINT_URL=endpoint)
    assert done.returncode == 3
    assert f"s3://{bucket}/dist/" in done.stderr
    assert "Traceback" not in done.stderr
