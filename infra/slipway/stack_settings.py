"""A stack's own settings, for what also works on stacks which are not Slipway's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.config import StackConfig

__all__ = ["ledger_place", "of_slipway", "settings_digest"]


def of_slipway(path: Path) -> StackConfig | None:
    """What a settings file says, if it is of a Slipway stack; None if there is no file, or it is another's."""
    if not path.is_file() or "slipway:" not in path.read_text(encoding="utf-8", errors="replace"):
        return None
    from slipway.config import read_file  # the model takes a tenth of a second to load

    return read_file(path)


def settings_digest(path: Path) -> str:
    """A digest of a settings file as it stands, weights, TTLs and names in it; empty if there is none."""
    try:
        return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def ledger_place(ledger: str, directory: Path) -> str:
    """Where the ledger of settings in a directory is. A folder is seen from the settings file in the main work tree:
    whoever checks another commit out beside it writes into the same one."""
    if ledger.startswith("s3://"):
        return ledger
    from pathlib import Path

    from slipway.git import main_tree

    folder = Path(ledger).expanduser()
    return str(folder if folder.is_absolute() else main_tree(directory) / folder)
