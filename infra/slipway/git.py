"""The program's commit and its author, as git tells them, and who is said to have reviewed it."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Commit", "author", "changed_files", "commit", "commits_since", "main_tree", "same_files", "subject"]

_LIMIT = 30.0  # seconds; a network file system may be slow
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# A commit holds no NUL, so that nothing in it can pass for the next field.
_FIELDS = "%H%x00%P%x00%ae%x00%(trailers:key=Reviewed-by,key=Approved-by,valueonly,unfold)"
_SIGNATURE, _TRUST = "%H%x00%G?%x00%GS", "%H%x00%GT"
_LOG = ("log", "-z", "--no-show-signature")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; `author` is an e-mail address, `reviewers` are the values of its trailers Reviewed-by and Approved-by,
    none unless it is signed with a key that git knows here. `plain`: a merge that adds nothing to what it joins."""

    hash: str
    parents: tuple[str, ...]
    author: str
    reviewers: tuple[str, ...] = ()
    plain: bool = False


def commit(directory: Path) -> str:
    """The commit that is checked out, `-dirty` after it if anything in the work tree differs, as `git describe --dirty`
    writes it; empty where there is no commit, or no git."""
    found = _git(directory, "rev-parse", "--verify", "HEAD")
    if not found:
        return ""
    # New files count whatever the user's configuration shows.
    return f"{found}-dirty" if _git(directory, "status", "--porcelain", "--untracked-files=normal") else found


def main_tree(directory: Path) -> Path:
    """The same directory in the repository's main work tree, if this one lies in a linked one; else itself."""
    common = _git(directory, "rev-parse", "--path-format=absolute", "--git-common-dir")
    if not common.endswith("/.git"):
        return directory
    return Path(common).parent / _git(directory, "rev-parse", "--show-prefix")


def subject(directory: Path) -> str:
    """The first line of the commit's message; untrusted text."""
    return _git(directory, "log", "-1", "--format=%s")


def changed_files(directory: Path, since: str) -> list[str]:
    """The files below a directory, seen from it, that differ from an older commit's; empty if git cannot say."""
    return _git(directory, "diff", "--name-only", "--relative", since, "HEAD", "--", ".").splitlines()


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


def same_files(directory: Path, one: str, other: str) -> bool:
    """Whether two commits hold the same files; not if git does not know both."""
    if not (_REVISION.fullmatch(one) and _REVISION.fullmatch(other)):
        return False
    trees = [_git(directory, "rev-parse", "--verify", "--quiet", f"{each}^{{tree}}") for each in (one, other)]
    return trees[0] != "" and trees[0] == trees[1]


def commits_since(directory: Path, since: str) -> tuple[Commit, ...] | None:
    """What has come since a commit, up to the one that is checked out, the newest first; None if git cannot tell."""
    if not _REVISION.fullmatch(since) or not _git(directory, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}"):
        return None
    since_then = f"{since}..HEAD"
    rows = [*_rows(_git(directory, *_LOG, f"--format={_FIELDS}", since_then, "--"), 4)]
    told = [sha for sha, _, _, trailers in rows if trailers]
    signed = _signed(directory, told) if told else frozenset()
    plain = _plain_merges(directory, since_then) if any(" " in parents for _, parents, _, _ in rows) else frozenset()
    return tuple(
        Commit(
            sha,
            tuple(parents.split()),
            author.lower(),
            tuple(trailers.splitlines()) if sha in signed else (),
            sha in plain,
        )
        for sha, parents, author, trailers in rows
    )


def _signed(directory: Path, commits: Sequence[str]) -> frozenset[str]:
    """Those of the commits whose signature is good and of a key that is known here: G, or U where nobody has said how
    far to trust it. Of an SSH key that belongs to nobody git says U as well, and names no signer."""
    good = [sha for sha, mark, signer in _told(directory, _SIGNATURE, commits) if mark in ("G", "U") and signer]
    # Asked of the good ones alone: of a signature that it cannot check, git 2.39 aborts over this field.
    trust = _told(directory, _TRUST, good) if good else ()
    return frozenset(sha for sha, level in trust if level != "never")


def _told(directory: Path, fields: str, commits: Sequence[str]) -> list[list[str]]:
    said = _git(directory, *_LOG, "--no-walk=unsorted", f"--format={fields}", *commits, "--")
    return [*_rows(said, fields.count("%x00") + 1)]


def _plain_merges(directory: Path, which: str) -> frozenset[str]:
    """The merges that git would make just so by itself. None of them counts where git is too old to say (before 2.35,
    which brought --remerge-diff)."""
    said = _git(
        directory,
        "log",
        "--no-show-signature",
        "--merges",
        "--remerge-diff",
        "--name-only",
        "--format=%x00%H",
        which,
        "--",
    )
    found = (block.split("\n", 1) for block in said.split("\0")[1:])
    return frozenset(first for first, *rest in found if not "".join(rest).strip())


def _rows(text: str, width: int) -> Iterator[list[str]]:
    fields = text.split("\0")
    yield from (fields[at : at + width] for at in range(0, len(fields) - width + 1, width))


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
