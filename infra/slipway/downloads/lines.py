"""A log's lines in blocks that DuckDB can read, each with the layout of its lines.

What a line is, is decided here and nowhere else: it ends at a newline (a carriage return before that belongs to the
end), it is a megabyte long at most, what is no UTF-8 in it becomes U+FFFD, and what begins with `#` in one of
CloudFront's logs is no line but says how the next ones are laid out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from slipway.downloads.layout import FASTLY, V2, Layout, w3c
from slipway.downloads.unpack import Damaged

__all__ = ["LONGEST", "Block", "Unreadable", "blocks"]

LONGEST = 1 << 20  # bytes of a line
_NEWLINE = 10
_BOM = b"\xef\xbb\xbf"
# In place of a line that is too long, and of a carriage return within JSON: no layout has it, so its line is malformed.
_MALFORMED = b"\x01"
_LAYOUTS = 64  # of one log; CloudFront writes one
_FIELDS = 256  # of one layout; CloudFront has 33


class Unreadable(Exception):
    """The content is no log that anybody here knows; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of one layout, about a megabyte; `layout` is None where nothing says how to read them."""

    layout: Layout | None
    data: bytes
    lines: int


def blocks(pieces: Iterable[bytes]) -> Iterator[Block]:
    """The lines of one log. Raises Unreadable over its first byte, Damaged, and what `pieces` raises, each after the
    lines that were good."""
    whole = _whole_lines(pieces)
    first = next(whole, b"").removeprefix(_BOM)
    kind = _kind(first)
    if kind is None:
        header = _Header()
        yield from header.blocks(first)
        for data in whole:
            yield from header.blocks(data)
    else:
        yield _block(kind, first)
        for data in whole:
            yield _block(kind, data)


def _kind(data: bytes) -> Layout | None:
    """The layout that the first byte tells; None if the header tells it."""
    match data[:1]:
        case b"#":
            return None
        case b"<":
            return FASTLY
        case b"{":
            return V2
    if not data:
        raise Unreadable("it is empty")
    raise Unreadable(f"it begins with {data[:12]!r}; CloudFront's logs begin with # or {{, the second CDN's with <")


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut at ends of lines; too long a line becomes one that is malformed. The last may have no end."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        cut = data.rfind(b"\n") + 1
        if cut:
            yield data[:cut]
        rest = data[cut:]
        if len(rest) > LONGEST:  # what follows up to its end is dropped as it comes
            rest = _MALFORMED * (LONGEST + 1)
    if rest:
        yield rest + b"\n"


def _block(layout: Layout | None, data: bytes) -> Block:
    if not data.isascii():
        data = data.decode("utf-8", "replace").encode()
    if b"\r" in data:
        within = b"%0D" if layout is None or layout.kind == "w3c" else _MALFORMED  # a path is decoded, JSON is not
        data = data.replace(b"\r\n", b"\n").replace(b"\r", within)
    return Block(layout, data, int(np.count_nonzero(np.frombuffer(data, np.uint8) == _NEWLINE)))


@dataclass(slots=True)
class _Header:
    """What the header lines of one log have said so far."""

    layout: Layout | None = None
    seen: set[Layout] = field(default_factory=set)

    def blocks(self, data: bytes) -> Iterator[Block]:
        """The lines between header lines, each with its layout."""
        start, at = 0, 0 if data.startswith(b"#") else _header(data, 0)
        while at >= 0:
            if at > start:
                yield _block(self.layout, data[start:at])
            start = data.index(b"\n", at) + 1
            self._read(data[at:start].decode("utf-8", "replace"))
            at = start if data.startswith(b"#", start) else _header(data, start)
        if start < len(data):
            yield _block(self.layout, data[start:])

    def _read(self, line: str) -> None:
        if line.startswith("#Version:"):
            version = line.removeprefix("#Version:").strip()
            if version != "1.0":
                raise Damaged(f"it says #Version: {version[:20]}, and what the columns of that mean is not known here")
        elif line.startswith("#Fields:"):
            layout = w3c(line.removeprefix("#Fields:").strip().split(" "))
            self.layout = layout if len(layout.fields) <= _FIELDS else None
            self.seen.add(layout)
            if len(self.seen) > _LAYOUTS:
                raise Damaged(f"it has more than {_LAYOUTS} different #Fields lines")


def _header(data: bytes, start: int) -> int:
    """Where the next header line begins, or -1. To look for one byte first is fifty times as fast."""
    if data.find(b"#", start) < 0:
        return -1
    at = data.find(b"\n#", start)
    return at + 1 if at >= 0 else -1
