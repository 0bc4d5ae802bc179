"""Whole files that are damaged, or meant to harm whoever unpacks them, for tests."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

__all__ = ["Broken", "bomb", "broken_files"]

_BOM = b"\xef\xbb\xbf"
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Broken:
    """A file, and whether every line of the log is still in it: otherwise the file is to be refused."""

    name: str
    data: bytes
    whole: bool


def broken_files(log: bytes) -> Iterator[Broken]:
    """A plain log of some lines, packed and damaged in every way."""
    middle = log.index(b"\n", len(log) // 2) + 1
    halves = (log[:middle], log[middle:])
    torn = (log[: middle - 5], log[middle - 5 :])
    for extension, pack in (("gz", lambda data: gzip.compress(data, mtime=0)), ("zst", zstd.compress)):
        packed = pack(log)
        half = len(packed) // 2
        yield Broken(f"two-parts.{extension}", b"".join(map(pack, halves)), True)
        yield Broken(f"two-parts-in-mid-line.{extension}", b"".join(map(pack, torn)), True)
        yield Broken(f"an-empty-part.{extension}", pack(b"") + packed + pack(b""), True)
        yield Broken(f"byte-order-mark.{extension}", pack(_BOM + log), True)
        yield Broken(f"cut-off.{extension}", packed[:half], False)
        yield Broken(f"cut-off-at-the-end.{extension}", packed[:-1], False)
        yield Broken(f"second-part-cut-off.{extension}", packed + packed[:half], False)
        yield Broken(f"noise-behind.{extension}", packed + b"noise behind the end", False)
        yield Broken(f"no-bytes.{extension}", b"", False)
        yield Broken(f"nothing-in-it.{extension}", pack(b""), False)
        yield Broken(f"not-packed.{extension}", log, True)
    flipped = bytearray(gzip.compress(log, mtime=0))
    flipped[len(flipped) // 2] ^= 1  # gzip always ends with a checksum; zstd as the CDN writes it need not
    yield Broken("flipped.gz", bytes(flipped), False)
    yield Broken("byte-order-mark.log", _BOM + log, True)
    yield Broken("no-bytes.log", b"", False)
    yield Broken("zeros.log", bytes(4096), False)
    yield Broken("packed-twice.gz", gzip.compress(gzip.compress(log, mtime=0), mtime=0), False)
    yield Broken("packed.log", gzip.compress(log, mtime=0), True)


def bomb(path: Path, size: int, *, head: bytes = b"", unit: bytes = b"\0") -> None:
    """Write a file (.gz or .zst) that unpacks to `head`, and then to about `size` bytes of `unit` again and again.

    A unit without an end of line makes one long line, a blank or a full line makes many. Memory stays small.
    """
    packer = zstd.ZstdCompressor() if path.suffix == ".zst" else zlib.compressobj(9, wbits=31)
    block = unit * max(1, _STEP // len(unit))
    with path.open("wb") as file:
        file.write(packer.compress(head))
        for _ in range(-(-size // len(block))):
            file.write(packer.compress(block))
        file.write(packer.flush())
