"""Which parts of a repository a stack's plan is made of: project, settings, program, and lock file. Pure.

A program that reads files beside its own directory is not known to: give it no `main:`, and the whole project counts.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import PurePosixPath

import yaml

from slipway.located import LOCK

__all__ = ["PROJECT", "Parts", "parts_of"]

PROJECT = "Pulumi.yaml"


@dataclass(frozen=True, slots=True)
class Parts:
    """Paths below the repository's top. `program` is a directory, None if it is not in the repository; of the `locks`
    there may be none."""

    project: PurePosixPath
    settings: PurePosixPath
    program: PurePosixPath | None
    locks: tuple[PurePosixPath, ...]

    @property
    def all(self) -> tuple[PurePosixPath, ...]:
        """Every one that is known."""
        program = (self.program,) if self.program else ()
        return (self.project, self.settings, *program, *self.locks)


def parts_of(declared: str, folder: PurePosixPath, stack: str) -> Parts:
    """The parts of a stack whose project lies in `folder` and is `declared` so in its Pulumi.yaml."""
    return Parts(
        folder / PROJECT,
        folder / f"Pulumi.{stack}.yaml",
        _below(folder, _main(declared)),
        tuple(dict.fromkeys((PurePosixPath(LOCK), folder / LOCK))),
    )


def _main(declared: str) -> str:
    """Where the program is, seen from the project. What cannot be read, the engine will say."""
    try:
        document = yaml.safe_load(declared)
    except (yaml.YAMLError, RecursionError):
        return "."
    main = document.get("main") if isinstance(document, dict) else None
    return main if isinstance(main, str) and main else "."


def _below(folder: PurePosixPath, main: str) -> PurePosixPath | None:
    path = posixpath.normpath(posixpath.join(folder.as_posix(), main))
    return None if path.startswith(("/", "..")) else PurePosixPath(path)
