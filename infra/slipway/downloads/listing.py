"""What lies below a URL in S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from slipway.aws import reported
from slipway.errors import BadInput

__all__ = ["Listed", "listed"]

_S3 = "s3://"


class Listed(NamedTuple):
    """An object: its bucket, and what S3 says of it (`Key`, `Size` in bytes, `ETag`, `LastModified`)."""

    bucket: str
    said: dict[str, Any]

    @property
    def url(self) -> str:
        return f"{_S3}{self.bucket}/{self.said['Key']}"


def listed(s3: Any, url: str) -> Iterator[Listed]:
    """Every object below s3://BUCKET/PREFIX that is not a folder's mark, in the order of the keys' bytes. BadInput
    without a bucket, CloudError where S3 does not answer. Source: S3, ListObjectsV2."""
    bucket, _, prefix = url.removeprefix(_S3).partition("/")
    if not bucket:
        raise BadInput(f"{url} names no bucket", "Write s3://BUCKET/PREFIX.")
    with reported(f"cannot list {url}"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for each in page.get("Contents", ()):
                if not each["Key"].endswith("/"):
                    yield Listed(bucket, each)
