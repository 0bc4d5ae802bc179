"""Options, and the files that they make: named, packed and written as the CDNs do."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from backports import zstd

from slipway.downloads.generate.catalogue import Catalogue
from slipway.downloads.generate.draw import Draw
from slipway.downloads.generate.formats import CLOUDFRONT, CLOUDFRONT_JSON, FASTLY, Format, rows
from slipway.downloads.generate.hostile import hostile
from slipway.downloads.generate.tally import Tally
from slipway.downloads.generate.traffic import Requests, requests
from slipway.errors import BadInput

__all__ = ["BENCHMARK", "CDNS", "Compression", "LogFile", "Options", "empty_tally", "log_files", "write_logs"]

CDNS: Mapping[str, Format] = {"cloudfront": CLOUDFRONT, "cloudfront-v2": CLOUDFRONT_JSON, "fastly": FASTLY}
_LINES_A_FILE = 250_000
_DISTRIBUTION = "E2EXAMPLE1STAT"
_LEVEL = 6  # of gzip


class Compression(StrEnum):
    """How files are packed. Left to the CDN, CloudFront packs by gzip, and the second CDN by zstd."""

    CDN = "cdn"
    GZIP = "gz"
    ZSTD = "zst"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Options:
    """What to make. BadInput if it cannot be: see `_problems`."""

    lines: int = 100_000  # requests, over all files; hostile ones among them
    files: int = 0  # 0: one for each CDN and 250,000 lines
    seed: int = 0
    days: int = 1
    first: date = date(2026, 1, 1)
    cdns: tuple[str, ...] = ("cloudfront",)  # keys of CDNS
    compression: Compression = Compression.CDN
    hostile: float = 0.0  # the share of lines that are
    crates: int = 0  # 0: one for each 25 lines, from 50 to 200,000

    def __post_init__(self) -> None:
        for problem, found in self._problems():
            if found:
                raise BadInput(problem, "See slipway downloads generate --help.")

    def _problems(self) -> Iterator[tuple[str, bool]]:
        yield f"{self.lines} lines in {self.files} files, seed {self.seed}", min(self.lines, self.files, self.seed) < 0
        yield f"{self.days} days; there is at least 1", self.days < 1
        yield f"{self.days} days from {self.first} go beyond the calendar", self.days > (date.max - self.first).days
        yield f"a share of {self.hostile}; it is between 0 and 1", not 0 <= self.hostile <= 1
        yield f"{self.crates} crates; there are from 1 to 200000", not 0 <= self.crates <= 200_000
        yield f"no CDN of {', '.join(self.cdns)}", not self.cdns or not set(self.cdns) <= set(CDNS)
        yield f"{self.files} files for {len(self.cdns)} CDNs", 0 < self.files < len(self.cdns)


# About the log that the counters in use were measured on: 5 million lines, 1.8 GB, 760 thousand keys.
BENCHMARK = Options(lines=5_000_000, files=1, seed=8)


class LogFile(NamedTuple):
    """One log: its key in the bucket, and its bytes as they are stored. The blocks can be read once."""

    name: str
    blocks: Iterator[bytes]


def empty_tally(options: Options) -> Tally:
    """An empty tally for these options."""
    return Tally(_catalogue(options), options.first, options.days)


def log_files(options: Options, tally: Tally | None = None) -> Iterator[LogFile]:
    """Every file of these options; what is in a file is added to the tally while its blocks are read."""
    catalogue = _catalogue(options)
    tally = tally or Tally(catalogue, options.first, options.days)
    cdns = options.cdns
    files = options.files or len(cdns) * max(1, -(-options.lines // _LINES_A_FILE // len(cdns)))
    span = options.days * 86_400
    for number in range(files):
        draw = Draw(options.seed, 1, number)
        form = CDNS[cdns[number % len(cdns)]]
        place, places = number // len(cdns), -(-(files - number % len(cdns)) // len(cdns))
        start, end = span * place // places, span * (place + 1) // places
        count = options.lines * (number + 1) // files - options.lines * number // files
        drawn = requests(catalogue, draw, count, start, end, span - 1)
        lines = _lines(form, drawn, catalogue, options, tally)
        compression = _compression(form, options)
        yield LogFile(_name(form, options, start, draw, compression), _packed(lines, compression))


def write_logs(options: Options, directory: Path, told: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Write every file below a directory, each whole or not at all, and say what is in them.

    `told` hears of each block. Raises BadInput for a directory that holds something already, or cannot be written to.
    """
    tally = empty_tally(options)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise BadInput(f"{directory} is not empty", "Name a new directory: counts are of all the logs in one.")
        for name, blocks in log_files(options, tally):
            _write(directory / name, blocks, lambda: told(tally))
    except OSError as error:
        raise BadInput(f"cannot write {directory}: {error.strerror}", "Name a directory you may write to.") from None
    return tally


def _catalogue(options: Options) -> Catalogue:
    crates = options.crates or min(max(options.lines // 25, 50), 200_000)
    return Catalogue(crates, Draw(options.seed, 0))


def _lines(
    form: Format, drawn: Iterator[Requests], catalogue: Catalogue, options: Options, tally: Tally
) -> Iterator[bytes]:
    """The blocks of a log before it is packed."""
    head = form.head
    yield head.encode()
    for number, block in enumerate(drawn):
        cells = form.cells(block, catalogue, options.first)
        lines = rows(form, cells)
        plain = np.ones(len(block), dtype=np.bool_)
        if options.hostile:
            plain = block.draw.parts(len(block)) >= options.hostile
            plain[0] |= not number  # the first byte of a file says whose log it is
        for row in np.flatnonzero(~plain).tolist():
            values = [cell if isinstance(cell, str) else cell[row] for cell in cells]
            release = catalogue.release(int(block.number[row]))
            lines[row], outcome = hostile(form, values, *release, block.draw)
            tally.add_line(outcome)
        tally.add(block, plain)
        lines.append("")
        yield "\n".join(lines).encode("utf-8", errors="surrogateescape")


def _compression(form: Format, options: Options) -> Compression:
    if options.compression is not Compression.CDN:
        return options.compression
    return Compression.ZSTD if form is FASTLY else Compression.GZIP


def _name(form: Format, options: Options, start: int, draw: Draw, compression: Compression) -> str:
    day, hour = options.first + timedelta(seconds=start // 86_400 * 86_400), start // 3600 % 24
    unique = draw.data(4).hex()
    extension = "log" if compression is Compression.NONE else compression
    if form is FASTLY:
        return f"{form.folder}/{day}T{hour:02}:00:00.000-{unique}.log{'' if extension == 'log' else f'.{extension}'}"
    return f"{form.folder}/{_DISTRIBUTION}.{day}-{hour:02}.{unique}.{extension}"


def _packed(blocks: Iterator[bytes], compression: Compression) -> Iterator[bytes]:
    if compression is Compression.NONE:
        yield from blocks
        return
    packer = zlib.compressobj(_LEVEL, wbits=31) if compression is Compression.GZIP else zstd.ZstdCompressor()
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()


def _write(path: Path, blocks: Iterator[bytes], told: Callable[[], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("xb") as file:
            for block in blocks:
                file.write(block)
                told()
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
