"""The local cloud's clock: its time runs `scale` times faster than ours, and its operations take as long as AWS's.

The file `clock.json` in the cloud's directory holds the scale and the durations, for MiniStack, the provider, the DNS
servers and the edge alike. At scale 600, ten minutes of issuance pass in one second. With scale 0 nothing takes any
time, and caches hold nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from slipway.durations import Durations
from slipway.files import write_whole

__all__ = ["FILE", "INSTANT", "USUAL", "USUAL_SCALE", "Clock", "read", "write"]

FILE = "clock.json"
"""The file's name, in the cloud's directory."""

USUAL_SCALE = 600.0


@dataclass(frozen=True, slots=True)
class Clock:
    """How fast the local cloud's time runs, and how long AWS's operations take in it (seconds of its own time)."""

    scale: float = USUAL_SCALE
    durations: Durations = field(default_factory=Durations)

    def real(self, seconds: float) -> float:
        """How long so many seconds of the local cloud are for us."""
        return seconds / self.scale if self.scale else 0.0

    def scaled(self, seconds: float) -> float:
        """How long so many of our seconds are in the local cloud."""
        return seconds * self.scale if self.scale else seconds


USUAL = Clock()
"""AWS's durations, 600 times faster."""

INSTANT = Clock(scale=0)
"""Nothing takes any time."""


def write(directory: Path, clock: Clock) -> None:
    """Set the clock of a cloud; what runs already takes it up with the next change."""
    record = {"scale": clock.scale, "durations": msgspec.to_builtins(clock.durations)}
    write_whole(directory / FILE, json.dumps(record, indent=2))


def read(directory: Path) -> Clock:
    """The clock of a cloud; INSTANT where none is set. It is looked at all the time, and read only when it was set
    anew, which makes another file."""
    path = directory / FILE
    try:
        stands = path.stat()
    except OSError:
        return INSTANT
    return _read(path, stands.st_ino, stands.st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _inode: int, _written: int) -> Clock:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Clock(float(record["scale"]), msgspec.convert(record["durations"], Durations))
    except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError):
        return INSTANT
