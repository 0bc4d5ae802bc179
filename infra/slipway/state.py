"""Where Slipway keeps what it has to remember from one command to the next, on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from slipway.cloud.internet.address import VARIABLE
from slipway.errors import BadInput
from slipway.files import write_whole

__all__ = ["keep", "state_folder"]


def state_folder(of: str, variables: Mapping[str, str]) -> Path:
    """The folder for one kind of thing: in the user's state directory (XDG Base Directory Specification), or with the
    local cloud, if the variables name one: what is remembered of that goes with it."""
    if local := variables.get(VARIABLE):
        return Path(local).parent / of
    home = variables.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).absolute() / "slipway" / of


def keep(path: Path, text: str) -> None:
    """Write a file of such a folder, whole or not at all; the folder is made. BadInput if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = "Set XDG_STATE_HOME to a directory of yours."
        raise BadInput(f"cannot make {path.parent}: {error.strerror}", advice) from None
    write_whole(path, text)
