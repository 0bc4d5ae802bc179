"""Lines of one layout, collected in files that DuckDB reads with all its threads.

The files are kept in memory where the machine has a place for that, and used again and again: a page that is written
for the first time costs as much as reading it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import BinaryIO

from slipway.downloads.layout import Layout
from slipway.downloads.lines import Block

__all__ = ["Chunk", "Place", "Spool"]

_SIZE = 192 << 20  # bytes of the chunks that are being filled, of all threads together
_LEAST = 16 << 20  # bytes of a chunk: one that every thread of DuckDB gets work from
_OPEN = 8  # layouts at a time
_PREFIX = "slipway-lines-"
_NEW = 60.0  # seconds
_MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of our own in there


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file of lines of one layout; its reader gives it back."""

    layout: Layout
    path: Path
    lines: int


class Place:
    """A directory of files to be used again, which goes when the context ends. What a process that was killed left is
    swept up by the next."""

    def __enter__(self) -> Place:
        _sweep()
        within = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 16 * _SIZE else None
        self._directory = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=within, ignore_cleanup_errors=True)
        self._lock = os.open(self._directory.name, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # ends with the process, however that ends
        self._free: SimpleQueue[Path] = SimpleQueue()
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._lock)
        self._directory.cleanup()

    def take(self) -> Path:
        """A file to write to; what it has is of no use."""
        try:
            return self._free.get_nowait()
        except Empty:
            handle, path = tempfile.mkstemp(dir=self._directory.name)
            open(handle, "wb").close()
            return Path(path)

    def give(self, path: Path) -> None:
        """A file that nobody reads any more."""
        self._free.put(path)


def _sweep() -> None:
    """Remove directories in memory that nobody holds any more. One that is new may not be locked yet."""
    for left in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime < _NEW:
                continue
            lock = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


@dataclass(slots=True)
class _Open:
    path: Path
    file: BinaryIO
    lines: int = 0
    size: int = 0


@dataclass(slots=True)
class Spool:
    """What one of some threads has collected so far, by layout."""

    place: Place
    threads: int = 1
    _open: OrderedDict[Layout, _Open] = field(default_factory=OrderedDict)

    def add(self, layout: Layout, block: Block) -> Iterator[Chunk]:
        """Write a block; yields the chunks that are full, or that make room for another layout."""
        part = self._open.get(layout)
        if part is None:
            if len(self._open) == _OPEN:
                yield self._closed(next(iter(self._open)))
            path = self.place.take()
            part = self._open[layout] = _Open(path, path.open("r+b", buffering=0))
        self._open.move_to_end(layout)
        part.file.write(block.data)
        part.lines += block.lines
        part.size += len(block.data)
        if part.size >= max(_SIZE // self.threads, _LEAST):
            yield self._closed(layout)

    def rest(self) -> Iterator[Chunk]:
        """What is left."""
        for layout in list(self._open):
            yield self._closed(layout)

    def close(self) -> None:
        """Let go of what was not yielded: it is of no use."""
        for part in self._open.values():
            part.file.close()

    def _closed(self, layout: Layout) -> Chunk:
        part = self._open.pop(layout)
        with part.file:
            part.file.truncate(part.size)
        return Chunk(layout, part.path, part.lines)
