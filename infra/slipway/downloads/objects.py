"""Log objects: what a SOURCE names, and how each is opened."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from slipway.errors import BadInput

if TYPE_CHECKING:
    from slipway.downloads.listing import Listed

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
    from slipway.aws import client  # boto3 takes a fifth of a second, which files need not wait for
    from slipway.downloads.listing import listed

    s3 = client("s3", f"cannot list {source}")
    for each in listed(s3, source):
        yield _kept(s3, each)


def _kept(s3: Any, each: Listed) -> LogObject:
    def opened() -> BinaryIO:
        from slipway.aws import reported

        with reported(f"cannot read {each.url}"):
            body = s3.get_object(Bucket=each.bucket, Key=each.said["Key"])["Body"]
        return _Body(body, each.url)  # type: ignore[return-value]

    return LogObject(each.url, each.said["Size"], opened)


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
