"""Files that other people read while we write, whole or not at all; and where a user's caches are."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slipway.errors import BadInput

__all__ = ["beside", "user_cache", "write_whole"]


def write_whole(path: Path, text: str, *, over: bool = True) -> None:
    """Write beside the target, then put it in place: `over` what is there, or else never over another file.

    Raises BadInput if the place cannot be written to; nothing is left beside it, however this ends.
    """
    with beside(path, over=over) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def beside(path: Path, *, over: bool = True) -> Iterator[Path]:
    """A file beside the target, for somebody else to write; put in place if the context ends well, as in
    `write_whole`."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        yield Path(temporary)
        os.chmod(temporary, 0o666 & ~_umask())
        # A link to a name that is taken fails, where a rename would take it.
        (os.replace if over else os.link)(temporary, path)
    except OSError as error:
        advice = f"Give a {'file in a directory' if over else 'directory'} you may write to."
        raise BadInput(f"cannot write {path}: {error.strerror}", advice) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def user_cache() -> Path:
    """The user's cache directory for Slipway: XDG_CACHE_HOME, ~/Library/Caches on macOS, else ~/.cache.

    Raises BadInput for a user without a home directory.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):  # the XDG base directory specification: a relative path is to be ignored
        return Path(named) / "slipway"
    try:
        home = Path.home()
    except RuntimeError as error:
        raise BadInput("no home directory to keep a cache in", "Set XDG_CACHE_HOME or HOME.") from error
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "slipway"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
