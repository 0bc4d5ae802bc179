"""The program's commit and its author, as git tells them."""

from __future__ import annotations

import getpass
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from slipway.errors import BadInput

__all__ = ["Commit", "author", "between", "commit", "file_at", "is_known", "is_within", "main_branch", "tree"]

_LIMIT = 30.0  # seconds; a network file system may be slow


def commit(directory: Path) -> str:
    """The commit that is checked out, `-dirty` after it if anything in the work tree differs, as `git describe --dirty`
    writes it; empty where there is no commit, or no git."""
    found = _git(directory, "rev-parse", "--verify", "HEAD")
    if not found:
        return ""
    return f"{found}-dirty" if _git(directory, "status", "--porcelain") else found


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


# ---- the commits between two, and another one's tree ----------------------------------------------------------------

_MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/main", "refs/heads/master")


class Commit(NamedTuple):
    """One commit: when it came to the branch that was asked for, and the first line of its message."""

    id: str
    at: datetime
    author: str
    subject: str


def main_branch(directory: Path) -> str:
    """The head of the main branch, of the remote's if there is one; empty if there is none that is called so."""
    return next((found for name in _MAIN if (found := _git(directory, "rev-parse", "--verify", "--quiet", name))), "")


def is_within(directory: Path, commit: str, branch: str) -> bool:
    """Whether a commit is on a branch."""
    found = _git(directory, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    return bool(found) and _git(directory, "merge-base", found, branch) == found


def is_known(directory: Path, commit: str) -> bool:
    """Whether the repository has a commit. Raises BadInput if it cannot know, having been cloned without history."""
    if _git(directory, "cat-file", "-t", commit) == "commit":
        return True
    if _git(directory, "rev-parse", "--is-shallow-repository") == "true":
        raise BadInput(
            f"this clone of the repository is shallow, and has no commit {commit[:12]}",
            "Run `git fetch --unshallow`; in a pipeline, check out with the whole history.",
        )
    return False


def between(directory: Path, after: str, until: str, paths: Sequence[str]) -> tuple[Commit, ...]:
    """What came to a branch after a commit and touched one of the paths, the oldest first: merges, and what was
    committed to it directly. Paths are seen from the directory."""
    form = "--format=%H%x00%ct%x00%an%x00%s"
    lines = _git(directory, "log", "--first-parent", "--reverse", form, f"{after}..{until}", "--", *paths)
    fields = [line.split("\0") for line in lines.split("\n") if line]  # a subject may hold other ends of lines
    return tuple(
        Commit(found, datetime.fromtimestamp(int(at), UTC), who, subject) for found, at, who, subject in fields
    )


def file_at(directory: Path, commit: str, name: str) -> bytes | None:
    """A file of the directory as a commit has it, byte for byte; None if it has none."""
    command = ["git", "cat-file", "blob", f"{commit}:./{name}"]
    done = subprocess.run(command, cwd=directory, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else None


@contextmanager
def tree(directory: Path, commit: str) -> Iterator[Path]:
    """The directory as it is in a commit, in a work tree of its own that goes afterwards. Raises BadInput with git's
    words if git does not give one."""
    inside = _git(directory, "rev-parse", "--show-prefix")
    with tempfile.TemporaryDirectory(prefix="slipway-") as place:
        work = Path(place) / "tree"
        # Nothing of the repository's own is to run: a hook may write, fetch or ask.
        command = ["git", "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", str(work), commit]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, errors="replace", check=False)
        try:
            if done.returncode != 0 or not (work / inside).is_dir():
                said = done.stderr.strip().splitlines() or ["it has no such directory"]
                raise BadInput(f"git gives no tree of {commit[:12]}: {said[-1]}", "Run `git fetch`, and try again.")
            yield work / inside
        finally:
            _git(directory, "worktree", "remove", "--force", str(work))
