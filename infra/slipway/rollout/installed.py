"""Whether this Python has the packages that a lock file names."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["differences", "installed"]

_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
_FOLDER = re.compile(r"(.+?)-([^-]+)\.dist-info")


def installed(paths: Iterable[str] | None = None) -> dict[str, str]:
    """The packages that this Python has, or that lie in `paths`, with their versions. By the names of their folders
    (Python Packaging User Guide, "Recording installed projects"): to read each one's metadata takes a hundred times
    as long."""
    found: dict[str, str] = {}
    for path in sys.path if paths is None else paths:
        for folder in Path(path).glob("*.dist-info"):
            if named := _FOLDER.fullmatch(folder.name):
                found.setdefault(_normal(named[1]), named[2])  # the first on the path is the one that is imported
    return found


def differences(lock: str, have: Mapping[str, str]) -> tuple[str, ...]:
    """The packages that are there in another version than the lock's. One that is not there at all may be of another
    system, or of a part that is not installed: the lock does not tell."""
    wanted: dict[str, set[str]] = {}
    for name, version in _PINNED.findall(lock):
        wanted.setdefault(_normal(name), set()).add(version)
    return tuple(
        f"{name} {have[name]} and not {' or '.join(sorted(versions))}"
        for name, versions in sorted(wanted.items())
        if name in have and have[name] not in versions
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
