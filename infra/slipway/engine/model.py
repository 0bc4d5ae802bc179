"""What an engine is, and which versions of it will do."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from slipway.errors import EngineError

__all__ = ["HOST_VERSION", "MINIMUM", "VERSION", "Engine", "Origin", "UnavailableError", "Version"]

Origin = Literal["path", "download", "built"]


class Version(NamedTuple):
    """A semantic version in its order of precedence; a pre-release (`final` is False) comes before its release."""

    major: int
    minor: int
    patch: int
    final: bool = True

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """Read `v3.259.0`, `3.259.0`, `go1.26` or `3.260.0-alpha.1+dirty`; None where the text begins otherwise."""
        match = re.match(r"\s*(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?(-[0-9A-Za-z.-]+|(?:rc|beta)\d+)?", text)
        if match is None:
            return None
        major, minor, patch, pre = match.groups()
        return cls(int(major), int(minor), int(patch or 0), pre is None)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + ("" if self.final else " (pre-release)")


VERSION = Version(3, 259, 0)
"""The release that is downloaded or built: the one the Python SDK in our lock belongs to."""

MINIMUM = VERSION
"""The oldest engine on PATH that will do. What Slipway knows of the engine's order of steps and of its preview document
was measured with this release, and the Python SDK of our lock may ask an older engine for what it does not have."""

HOST_VERSION = Version(3, 79, 0)
"""The Python host that is built: one that the module `sdk/v3` still contains, which at VERSION it no longer does."""


class UnavailableError(EngineError):
    """One way of getting the engine does not work here; the message says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A `pulumi` executable and the Python language host that goes with it. `python` is a directory with the Python to
    run programs on, if that is not this one."""

    pulumi: Path
    python_host: Path
    version: Version
    host_version: Version
    origin: Origin
    python: Path | None = None

    @property
    def path_entries(self) -> tuple[Path, ...]:
        """The directories to put first on PATH so that plain `pulumi` is this one and finds this host."""
        return tuple(dict.fromkeys((self.pulumi.parent, self.python_host.parent)))

    def search_path(self, rest: str) -> str:
        """A PATH for running this engine: this interpreter's directory, the engine's, then `rest`.

        The interpreter comes first because the built host knows no `runtime.options.virtualenv` and starts whichever
        `python3` it meets, and because an engine found in `/usr/bin` would bring the system's Python with it.
        """
        pythons = (self.python, Path(sys.executable).parent)
        first = (*filter(None, pythons), *self.path_entries)
        return os.pathsep.join([*map(str, first), *([rest] if rest else [])])
