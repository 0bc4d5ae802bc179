"""Where a ledger's files lie: a folder, or a bucket of S3's. A file is made once, whole or not at all, by one writer.

Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes": `If-None-Match: *` makes an
object only where none is, 412 says that there is one, 409 that another request for it is under way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from slipway import aws
from slipway.errors import BadInput
from slipway.files import write_whole

__all__ = ["Store", "open_store"]

_FILE = re.compile(r"(\d{8,})\.json")
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
_ABSENT = ("NoSuchKey", "404")


class Store(Protocol):
    """The files of one environment, by number. What cannot be reached is CloudError or BadInput."""

    def numbers(self) -> list[int]:
        """Every number there is, in order."""

    def read(self, number: int) -> bytes | None:
        """A file; None if there is none of that number."""

    def create(self, number: int, file: bytes) -> bool:
        """Write a file, whole; False if there is one of that number, which stays as it is."""


def open_store(place: str, environment: str) -> Store:
    """The store at `s3://BUCKET/PREFIX`, or in a folder. Nothing is made or looked at yet."""
    if not place.startswith("s3://"):
        return _Folder(Path(place).expanduser() / environment)
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    if not bucket:
        raise BadInput(f"{place} names no bucket", "Write s3://BUCKET/PREFIX, or a folder.")
    return _Bucket(aws.client("s3", f"cannot reach {place}"), bucket, "/".join(filter(None, (prefix, environment))))


def _name(number: int) -> str:
    return f"{number:08d}.json"


def _number(name: str) -> int | None:
    found = _FILE.fullmatch(name)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path

    def numbers(self) -> list[int]:
        try:
            names = [each.name for each in self.path.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BadInput(f"cannot read {self.path}: {error.strerror}") from None
        return sorted(number for name in names if (number := _number(name)) is not None)

    def read(self, number: int) -> bytes | None:
        try:
            return (self.path / _name(number)).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadInput(f"cannot read {self.path / _name(number)}: {error.strerror}") from None

    def create(self, number: int, file: bytes) -> bool:
        path = self.path / _name(number)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"cannot make {self.path}: {error.strerror}") from None
        try:
            write_whole(path, file.decode("utf-8"), over=False)
        except BadInput:
            if path.exists():
                return False
            raise
        return True


@dataclass(frozen=True, slots=True)
class _Bucket:
    s3: Any
    bucket: str
    prefix: str
    _read: dict[int, bytes] = field(default_factory=dict, repr=False)

    def numbers(self) -> list[int]:
        with aws.reported(f"cannot list {self._url}"):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}/")
            names = [each["Key"].removeprefix(f"{self.prefix}/") for page in pages for each in page.get("Contents", ())]
        return sorted(number for name in names if (number := _number(name)) is not None)

    def read(self, number: int) -> bytes | None:
        """An entry is written once: what was read of it is not fetched again, however often the ledger is walked."""
        if number not in self._read and (file := self._fetched(number)) is not None:
            self._read[number] = file
        return self._read.get(number)

    def _fetched(self, number: int) -> bytes | None:
        with aws.reported(f"cannot read {self._url}/{_name(number)}"):
            try:
                answer = self.s3.get_object(Bucket=self.bucket, Key=self._key(number))
            except aws.ClientError as error:
                if aws.code_of(error) in _ABSENT:
                    return None
                raise
            file: bytes = answer["Body"].read()
            return file

    def create(self, number: int, file: bytes) -> bool:
        with aws.reported(f"cannot write {self._url}/{_name(number)}"):
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=self._key(number),
                    Body=file,
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            except aws.ClientError as error:
                if aws.code_of(error) not in _TAKEN:
                    raise
                # boto3 asks again after a lost answer: the one that was taken may be our own.
                return self.read(number) == file
        return True

    def _key(self, number: int) -> str:
        return f"{self.prefix}/{_name(number)}"

    @property
    def _url(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"
