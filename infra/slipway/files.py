"""Files that other people read while we write: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from slipway.errors import BadInput

__all__ = ["write_whole"]


def write_whole(path: Path, text: str, *, over: bool = True) -> None:
    """Write beside the target, then put it in place: `over` what is there, or else never over another file.

    Raises BadInput if the place cannot be written to; nothing is left beside it, however this ends.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        # A link to a name that is taken fails, where a rename would take it.
        (os.replace if over else os.link)(temporary, path)
    except OSError as error:
        advice = f"Give a {'file in a directory' if over else 'directory'} you may write to."
        raise BadInput(f"cannot write {path}: {error.strerror}", advice) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
