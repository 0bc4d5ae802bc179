"""Logs for these tests, a few lines each."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from slipway.downloads.store import Log

__all__ = ["DAY", "cloudfront", "write"]

DAY = "2026-08-20"
_FIELDS = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status cs(User-Agent)\n"


def cloudfront(*crates: str, day: str = DAY, status: str = "200", time: str = "12:00:00") -> bytes:
    """A packed log with a download of each crate's 1.0.0."""
    path = "/crates/{0}/{0}-1.0.0.crate"
    lines = (f"{day}\t{time}\tGET\t{path.format(crate)}\t{status}\tcargo/1.90\n" for crate in crates)
    return gzip.compress((_FIELDS + "".join(lines)).encode(), mtime=0)


_CLOCK = iter(range(10**18, 2 * 10**18, 10**9))


def write(folder: Path, name: str, content: bytes) -> Log:
    """A file with that content, changed later than any other that was written."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(now := next(_CLOCK), now))
    return Log(str(path.parent), path.name)
