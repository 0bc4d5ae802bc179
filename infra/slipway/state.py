"""Where Slipway keeps what it has to remember from one command to the next, on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from slipway.cloud.internet.address import VARIABLE

__all__ = ["state_folder"]


def state_folder(of: str, variables: Mapping[str, str]) -> Path:
    """The folder for one kind of thing: in the user's state directory (XDG Base Directory Specification), or with the
    local cloud, if the variables name one: what is remembered of that goes with it."""
    if local := variables.get(VARIABLE):
        return Path(local).parent / of
    home = variables.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).absolute() / "slipway" / of
