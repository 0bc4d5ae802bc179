"""Log objects: what a SOURCE names, and how each is opened."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from slipway.errors import BadInput

__all__ = ["LogObject", "log_objects"]


@dataclass(frozen=True, slots=True)
class LogObject:
    """One object of access logs: its name for messages, its size in bytes, and how it is opened."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


def log_objects(sources: Iterable[str]) -> Iterator[LogObject]:
    """The objects that files, folders, globs and `s3://bucket/prefix` name, each once, in order. BadInput for a source
    that names none, CloudError where S3 does not answer."""
    seen: set[str] = set()
    for source in sources:
        found = _in_s3(source) if source.startswith("s3://") else _local(source)
        named = False
        for each in found:
            named = True
            if each.name not in seen:
                seen.add(each.name)
                yield each
        if not named:
            raise BadInput(f"{source} names no log", "Name a file, a folder, a quoted glob or s3://BUCKET/PREFIX.")


def _local(source: str) -> Iterator[LogObject]:
    place = Path(source)
    if place.is_dir():
        paths = sorted(each for each in place.rglob("*") if not each.name.startswith(".") and each.is_file())
    elif place.exists():
        paths = [place]  # a pipe too
    else:
        paths = sorted(Path(each) for each in glob.glob(source, recursive=True) if Path(each).is_file())
    for path in paths:
        yield LogObject(str(path), path.stat().st_size, _opening(path))


def _opening(path: Path) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return open(path, "rb", buffering=0)
        except OSError as error:
            raise BadInput(f"cannot read {path}: {error.strerror}", "Check its permissions.") from None

    return opened


def _in_s3(source: str) -> Iterator[LogObject]:
    """Every object below a prefix. Source: S3, ListObjectsV2, whose pages are in the order of the keys' bytes."""
    from slipway.aws import client, reported  # boto3 takes a fifth of a second, which files need not wait for

    where = urlsplit(source)
    s3 = client("s3", f"cannot list {source}")
    with reported(f"cannot list {source}"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=where.netloc, Prefix=where.path.lstrip("/"))
        for page in pages:
            for each in page.get("Contents", ()):
                if not each["Key"].endswith("/"):
                    yield _kept(s3, where.netloc, each["Key"], each["Size"])


def _kept(s3: Any, bucket: str, key: str, size: int) -> LogObject:
    name = f"s3://{bucket}/{key}"

    def opened() -> BinaryIO:
        from slipway.aws import reported

        with reported(f"cannot read {name}"):
            return _Body(s3.get_object(Bucket=bucket, Key=key)["Body"], name)  # type: ignore[return-value]

    return LogObject(name, size, opened)


class _Body:
    """What S3 sends, as a file to be read once; a connection that breaks is one clear error."""

    def __init__(self, body: Any, name: str) -> None:
        self._body = body
        self._name = name

    def read(self, size: int = -1) -> bytes:
        from slipway.aws import reported

        with reported(f"cannot read {self._name}"):
            return bytes(self._body.read(None if size < 0 else size))

    def __enter__(self) -> _Body:
        return self

    def __exit__(self, *error: object) -> None:
        self._body.close()
