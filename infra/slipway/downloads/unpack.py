"""The bytes of a log object as they come, unpacked: gzip over all its members, zstd over all its frames, or plain.

What is packed is told by its first bytes, not by its name. Nothing here grows with the object: a stream that unpacks to
a thousand times its size is read in the same pieces as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from backports import zstd
from isal import isal_zlib

__all__ = ["Damaged", "unpacked"]

_READ = 1 << 16  # bytes of the object at a time
_PIECE = 1 << 16  # bytes unpacked at a time, at most: what a core keeps close by
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)  # RFC 8878, section 3.1.2
_WINDOW_LOG = 27  # 128 MB, what `zstd --long` makes


class Damaged(Exception):
    """The object cannot be read to its end; the message says where and why. What came before it is good."""


def unpacked(opened: BinaryIO) -> Iterator[bytes]:
    """The content in pieces of 64 kB at most. Raises Damaged where a packed stream is broken or cut off."""
    first = opened.read(_READ)
    if first.startswith(_GZIP):
        return _gzip(opened, first)
    if first.startswith(_ZSTD) or int.from_bytes(first[:4], "little") in _SKIPPABLE:
        return _zstd(opened, first)
    return _plain(opened, first)


def _plain(opened: BinaryIO, data: bytes) -> Iterator[bytes]:
    while data:
        yield data
        data = opened.read(_PIECE)


def _gzip(opened: BinaryIO, data: bytes) -> Iterator[bytes]:
    """Every member; zeros after one are padding (as of tape archives, and gzip(1) skips them too)."""
    at = 0
    while data:
        member = isal_zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                yield member.decompress(data, _PIECE)
            except isal_zlib.IsalError as error:  # type: ignore[misc] # the stub takes it for an instance
                raise Damaged(f"gzip: {error}, after {at} bytes") from None
            at += len(data)
            data = member.unconsumed_tail
            at -= len(data)
            if not data and not member.eof and not (data := opened.read(_READ)):
                raise Damaged(f"gzip: cut off after {at} bytes")
        data = member.unused_data
        at -= len(data)
        while not data.lstrip(b"\0"):
            at += len(data)
            if not (data := opened.read(_READ)):
                return
        at += len(data) - len(data.lstrip(b"\0"))
        data = data.lstrip(b"\0")


def _zstd(opened: BinaryIO, data: bytes) -> Iterator[bytes]:
    """Every frame, those that are to be skipped among them."""
    at = 0
    while data:
        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})
        while not frame.eof:
            if frame.needs_input and at and not data and not (data := opened.read(_READ)):
                raise Damaged(f"zstd: cut off after {at} bytes")
            try:
                yield frame.decompress(data, _PIECE)
            except zstd.ZstdError as error:
                raise Damaged(f"zstd: {error}, after {at} bytes") from None
            at += len(data)
            data = b""
        data = frame.unused_data
        at -= len(data)
        data = data or opened.read(_READ)
