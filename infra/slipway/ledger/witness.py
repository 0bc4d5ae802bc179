"""What this machine has seen of a ledger: its last entry's number and hash.

A chain shows every change but one: that its end is gone. Whoever has seen the end would notice, so every machine
remembers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.errors import BadInput
from slipway.state import keep, state_folder

__all__ = ["Seen", "Witness", "witness_of"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that was the last one."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Witness:
    """Remembers in a file."""

    path: Path

    def recall(self) -> Seen | None:
        """What was seen last; None if nothing was yet. BadInput for a file that is none of ours."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return Seen(int(found["number"]), str(found["hash"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"{self.path} cannot be read: {error}", "Verify the ledger from another machine, then remove that file."
            ) from None

    def remember(self, seen: Seen) -> None:
        """Keep what is the last entry now."""
        keep(self.path, json.dumps({"number": seen.number, "hash": seen.hash}) + "\n")


def witness_of(place: str, environment: str, variables: Mapping[str, str]) -> Witness:
    """This user's witness of an environment's ledger at a place."""
    which = hashlib.sha256(place.encode()).hexdigest()[:12]
    return Witness(state_folder("ledger", variables) / f"{environment}.{which}.json")
