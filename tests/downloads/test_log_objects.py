"""What a SOURCE names in a bucket, and its logs counted there."""

from __future__ import annotations

import gzip
import uuid

import boto3
import pytest
from cases import cloudfront, w3c

from slipway.cloud import environment, process
from slipway.downloads.count import counted
from slipway.downloads.objects import log_objects
from slipway.engine import Engine
from slipway.errors import BadInput, CloudError

pytestmark = pytest.mark.cloud


@pytest.fixture
def bucket(running_cloud: process.RunningCloud, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in environment.variables(running_cloud, engine).items():
        monkeypatch.setenv(name, value)
    name = f"logs-{uuid.uuid4().hex[:8]}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    for number in range(3):
        body = gzip.compress(w3c(*[cloudfront()] * (number + 1)))
        s3.put_object(Bucket=name, Key=f"cloudfront/static/{number} é.gz", Body=body)
    s3.put_object(Bucket=name, Key="cloudfront/static/folder/", Body=b"")
    s3.put_object(Bucket=name, Key="other/x.gz", Body=gzip.compress(w3c(cloudfront())))
    return name


def test_the_logs_below_a_prefix_are_counted_where_they_are(bucket: str) -> None:
    objects = list(log_objects([f"s3://{bucket}/cloudfront/", f"s3://{bucket}/cloudfront/static/1"]))
    assert [each.name for each in objects] == [f"s3://{bucket}/cloudfront/static/{number} é.gz" for number in range(3)]
    with counted(objects) as found:
        assert found.database.execute("SELECT crate, version, n FROM totals").fetchall() == [("a", "1.2.3", 6)]
        assert (found.objects, found.lines, found.damaged) == (3, 6, {})


def test_a_prefix_without_logs_and_a_bucket_that_is_not_there_are_clear_errors(bucket: str) -> None:
    with pytest.raises(BadInput, match="names no log"):
        list(log_objects([f"s3://{bucket}/nothing/"]))
    with pytest.raises(CloudError, match="cannot list s3://not-there-at-all/: NoSuchBucket"):
        list(log_objects(["s3://not-there-at-all/"]))


def test_a_log_that_is_gone_when_it_is_opened_is_a_clear_error(bucket: str) -> None:
    objects = list(log_objects([f"s3://{bucket}/other/"]))
    boto3.client("s3").delete_object(Bucket=bucket, Key="other/x.gz")
    with pytest.raises(CloudError, match=r"cannot read s3://.*/other/x\.gz: NoSuchKey"), counted(objects):
        pass
