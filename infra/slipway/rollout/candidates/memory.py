"""Verdicts of previews that were made before, on this machine: a file each, named by its key.

They only ever spare a preview for an answer to read; what is applied is previewed and judged again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from slipway.preflight import Verdict
from slipway.state import keep, state_folder

__all__ = ["Memory"]

_KEPT = 30 * 86_400.0  # seconds; a verdict on a state that is no longer deployed is asked for by nobody


@dataclass(frozen=True, slots=True)
class Memory:
    """The files of a folder."""

    folder: Path

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Memory:
        """This user's."""
        return cls(state_folder("next", variables))

    def recall(self, key: str) -> Verdict | None:
        """The verdict of a key; None if there is none, or it cannot be read."""
        try:
            return msgspec.json.decode(self._path(key).read_bytes(), type=Verdict)
        except (OSError, ValueError, msgspec.MsgspecError):
            return None

    def remember(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict. BadInput if that cannot be written."""
        keep(self._path(key), msgspec.json.encode(verdict).decode())

    def forget_old(self) -> None:
        """Remove what was kept a month ago."""
        for path in self.folder.glob("*.json"):
            with suppress(OSError):  # somebody else may be removing it, too
                if time.time() - path.stat().st_mtime > _KEPT:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"
