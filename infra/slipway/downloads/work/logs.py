"""Where logs are: objects of S3's, and files. Opened to be read once, and listed.

An ETag is of the very content that is read: S3 gives it with the answer that the content is in. A file's is its size
and the time of its last change.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from slipway import aws
from slipway.downloads.listing import listed
from slipway.downloads.store import Log
from slipway.downloads.work.events import is_index
from slipway.downloads.work.stop import Stop
from slipway.errors import BadInput

__all__ = ["Found", "Gone", "Logs", "Opened"]

_S3 = "s3://"
_ABSENT = ("NoSuchKey", "NoSuchBucket", "404")


class Gone(Exception):
    """There is no log of that name any more."""


class Found(NamedTuple):
    """A log that is there, with the ETag and the time of its last change, in UTC."""

    log: Log
    etag: str
    changed: datetime


@dataclass(slots=True)
class Opened:
    """A log that is being read. `stream` raises Stopped when there is no time left."""

    etag: str
    stream: BinaryIO
    _failures: list[BaseException]

    def check(self) -> None:
        """Raise what went wrong while reading, if anything did: a counter may take it for the end of a damaged log."""
        if self._failures:
            raise self._failures[0]


class Logs:
    """Reads and lists logs, until `stop` has it end. Safe for several threads."""

    def __init__(self, stop: Stop | None = None) -> None:
        self._stop = stop or Stop()
        self._making = threading.Lock()
        self._client: Any = None

    @contextmanager
    def open(self, log: Log) -> Iterator[Opened]:
        """A log to read. Gone if there is none, CloudError or BadInput if it cannot be read."""
        failures: list[BaseException] = []
        with self._opened(log) as (etag, body):
            stream = io.BufferedReader(_Checked(body, self._stop, failures), 1 << 18)
            yield Opened(etag, stream, failures)

    def list(self, source: str) -> Iterator[Found]:
        """Every log at s3://BUCKET/PREFIX, in a folder and those below it, or the file of that name; without those of
        index hosts. BadInput for a place that is not there."""
        return self._objects(source) if source.startswith(_S3) else _files(Path(source))

    def _objects(self, source: str) -> Iterator[Found]:
        for bucket, said in listed(self._s3(), source):
            self._stop.check()
            if not is_index(said["Key"]):
                log = Log(f"{_S3}{bucket}", said["Key"])
                yield Found(log, said["ETag"].strip('"'), said["LastModified"].astimezone(UTC))

    @contextmanager
    def _opened(self, log: Log) -> Iterator[tuple[str, Any]]:
        if not log.source.startswith(_S3):
            with _file(log) as opened:
                yield opened
            return
        with aws.reported(f"cannot read {log.source}/{log.key}"):
            try:
                answer = self._s3().get_object(Bucket=log.source.removeprefix(_S3), Key=log.key)
            except aws.ClientError as error:
                if aws.code_of(error) in _ABSENT:
                    raise Gone from None
                raise
            try:
                yield answer["ETag"].strip('"'), answer["Body"]
            finally:
                answer["Body"].close()

    def _s3(self) -> Any:
        with self._making:
            self._client = self._client or aws.client("s3")
        return self._client


@contextmanager
def _file(log: Log) -> Iterator[tuple[str, Any]]:
    path = Path(log.source, log.key)
    try:
        with path.open("rb", buffering=0) as file:
            before = _etag(os.fstat(file.fileno()))
            yield before, file
            if _etag(os.fstat(file.fileno())) != before:
                raise BadInput(f"{path} was written to while it was read", "Take it again when it is whole.")
    except (FileNotFoundError, NotADirectoryError):
        raise Gone from None
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None


def _files(path: Path) -> Iterator[Found]:
    path = path.expanduser().resolve()
    if not path.exists():
        raise BadInput(f"there is no {path}", "Give files, folders or s3://BUCKET/PREFIX.")
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if each.is_file() and not (path.is_dir() and is_index(each.relative_to(path).as_posix())):
            status = each.stat()
            # Of whatever folder it was found in: a file has one name, or it would be counted under several.
            log = Log(str(each.resolve().parent), each.resolve().name)
            yield Found(log, _etag(status), datetime.fromtimestamp(status.st_mtime, UTC))


def _etag(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}"


class _Checked(io.RawIOBase):
    """A stream that remembers what went wrong, and ends when it is time to stop."""

    def __init__(self, body: Any, stop: Stop, failures: list[BaseException]) -> None:
        self._body, self._stop, self._failures = body, stop, failures

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            self._stop.check()
            data: bytes = self._body.read(len(buffer))
        except Exception as error:
            self._failures.append(error)
            raise
        buffer[: len(data)] = data
        return len(data)
