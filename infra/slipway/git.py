"""The program's commit and its author, as git tells them."""

from __future__ import annotations

import getpass
import socket
import subprocess
from pathlib import Path

__all__ = ["author", "commit"]

_LIMIT = 30.0  # seconds; a network file system may be slow


def commit(directory: Path) -> str:
    """The commit that is checked out, `-dirty` after it if anything in the work tree differs, as `git describe --dirty`
    writes it; empty where there is no commit, or no git."""
    found = _git(directory, "rev-parse", "--verify", "HEAD")
    if not found:
        return ""
    # New files count whatever the user's configuration shows.
    return f"{found}-dirty" if _git(directory, "status", "--porcelain", "--untracked-files=normal") else found


def author(directory: Path) -> str:
    """Who works here: git's author, or else the login name and the machine."""
    name, email = _git(directory, "config", "user.name"), _git(directory, "config", "user.email")
    if email:
        return f"{name} <{email}>".strip()
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "somebody"
    return f"{login}@{socket.gethostname()}"


def _git(directory: Path, *arguments: str) -> str:
    """What git says; empty if it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=directory,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
