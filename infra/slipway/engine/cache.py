"""Engines kept for this user: each made once, whole or not at all, and checked whenever it is used.

<cache>/slipway/engine/
    .lock                      held by whoever makes or removes an entry
    .making-<random>/          an entry in the making; the lock is free and it is here: its maker is dead
    3.259.0-linux-x64/
        manifest.json          written last: version, origin, and of every file the SHA-256, size and time
        bin/                   pulumi, pulumi-language-python, pulumi-language-python-exec
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from slipway.engine.model import Engine, UnavailableError, Version
from slipway.engine.path import HOST
from slipway.engine.progress import Progress
from slipway.errors import BadInput
from slipway.files import user_cache

__all__ = ["CorruptEntryError", "Made", "Manifest", "default_root", "load", "lock", "make", "remove"]


def _read(value: object) -> object:
    return Version.parse(value) if isinstance(value, str) else value


_Written = Annotated[Version, BeforeValidator(_read), PlainSerializer(str)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(_Model):
    """One file of an entry, as it was when the entry was made."""

    sha256: str
    size: int
    mtime_ns: int


class Made(_Model):
    """What a maker says it put into an entry's `bin/`."""

    version: _Written
    host_version: _Written
    origin: Literal["download", "built"]


class Manifest(_Model):
    """`manifest.json` of an entry."""

    made: Made
    files: dict[str, Kept]


class CorruptEntryError(Exception):
    """An entry that is not what its maker left; the message says in which way."""


def default_root() -> Path:
    """Where the user's engines are. Raises UnavailableError for a user without a home directory."""
    try:
        return user_cache() / "engine"
    except BadInput as error:
        raise UnavailableError(error.message, error.advice) from error


def load(entry: Path, *, rehash: bool = False) -> Engine | None:
    """The engine in `entry`, or None where there is none. Raises CorruptEntryError.

    A file whose size and time are as recorded is taken as unchanged, since reading 140 MB at every start would be felt;
    one whose time differs, or every one with `rehash`, is compared by SHA-256.
    """
    if not entry.is_dir():
        return None
    try:
        manifest = Manifest.model_validate_json((entry / "manifest.json").read_bytes())
        for name, kept in manifest.files.items():
            _check(entry / "bin" / name, kept, rehash)
    except (OSError, ValidationError) as error:
        raise CorruptEntryError(str(error).splitlines()[0]) from error
    if not {"pulumi", HOST} <= manifest.files.keys():
        raise CorruptEntryError("its manifest lists no engine")
    made = manifest.made
    pulumi, host = entry / "bin" / "pulumi", entry / "bin" / HOST
    return Engine(pulumi, host, made.version, made.host_version, made.origin)


def _check(file: Path, kept: Kept, rehash: bool) -> None:
    stat = file.stat()
    if stat.st_size != kept.size:
        raise CorruptEntryError(f"{file.name} has {stat.st_size} bytes instead of {kept.size}")
    if not os.access(file, os.X_OK):
        raise CorruptEntryError(f"{file.name} is not executable")
    if (rehash or stat.st_mtime_ns != kept.mtime_ns) and _sha256(file) != kept.sha256:
        raise CorruptEntryError(f"the SHA-256 of {file.name} is not {kept.sha256}")


@contextmanager
def lock(root: Path, progress: Progress) -> Iterator[None]:
    """Be the only process that changes `root`; what makers that died left behind is removed first.

    The lock belongs to the open file, so the kernel frees it however its holder ends.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("waiting for another slipway that is getting the engine")
            fcntl.flock(file, fcntl.LOCK_EX)
        for leftover in root.glob(".making-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def make(entry: Path, fill: Callable[[Path], Made]) -> Engine:
    """Make `entry` by having `fill` put the executables into a `bin` directory; call with the lock held.

    The entry appears under its name in one step and complete, or not at all.
    """
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=entry.parent))
    try:
        binaries = making / "bin"
        binaries.mkdir()
        made = fill(binaries)
        manifest = Manifest(made=made, files={file.name: _keep(file) for file in sorted(binaries.iterdir())})
        (making / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n")
        for written in (making / "manifest.json", binaries, making):
            _sync(written)
        making.chmod(0o755)
        making.rename(entry)
        _sync(entry.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    engine = load(entry)
    if engine is None:
        raise UnavailableError(f"{entry} vanished while it was made")
    return engine


def remove(entry: Path) -> None:
    """Throw `entry` away in one step; call with the lock held."""
    doomed = Path(tempfile.mkdtemp(prefix=".making-", dir=entry.parent))
    entry.rename(doomed / entry.name)
    shutil.rmtree(doomed, ignore_errors=True)


def _keep(file: Path) -> Kept:
    file.chmod(0o755)
    _sync(file)
    stat = file.stat()
    return Kept(sha256=_sha256(file), size=stat.st_size, mtime_ns=stat.st_mtime_ns)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
