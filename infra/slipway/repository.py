"""A git repository as a rollout asks for it: its main branch, what descends from what, and what a commit holds.

Git is asked about the repository that the directory lies in, whatever GIT_DIR and its like say (a hook sets them), and
looks at the files themselves, whatever a file monitor says. It locks nothing to answer, and runs no hook.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from slipway.errors import BadInput
from slipway.plan import one_line

__all__ = ["Branch", "Commit", "NoRepository", "Repository", "repository_around"]

_LIMIT = 120.0  # seconds; a large work tree on a network file system
_MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")
_LOCAL = ("refs/heads/main", "refs/heads/master")
_REDIRECTS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
_GIT = ("git", "--literal-pathspecs", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
_FIELDS = "%H%x00%ct%x00%aN%x00%s"
_LAST = 253_402_300_799  # seconds; the last that has a date. Whoever commits says when that was.


class NoRepository(BadInput):
    """A directory in no git repository, or in one that git will not open; the message says which."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch by the name that people call it, and its newest commit. `remote`: it is known from the remote."""

    name: str
    commit: str
    remote: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as a list shows it. `at` is when it was committed; author and subject are whatever somebody wrote."""

    hash: str
    at: datetime
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree and its history. `top` is its uppermost directory. Every question raises BadInput with git's words
    if git cannot answer it."""

    top: Path

    def folder(self, directory: Path) -> PurePosixPath:
        """Where a directory lies below the top. NoRepository if it lies elsewhere: git can be configured so."""
        try:
            return PurePosixPath(directory.resolve().relative_to(self.top.resolve()).as_posix())
        except ValueError:
            said = f"{directory} is not in its repository's work tree, which is {self.top}"
            raise NoRepository(said, "`git config --unset core.worktree`, or work in another clone.") from None

    def resolve(self, name: str) -> str:
        """The hash of the commit that a name stands for; empty if there is none here."""
        return self._line("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")

    def main(self) -> Branch | None:
        """The main branch: the remote's default branch as it was when it was last fetched; without a remote, the local
        `main` or `master`. None if there is neither."""
        for ref in (*_MAIN, *_LOCAL):
            if commit := self.resolve(ref):
                name = self._line("rev-parse", "--abbrev-ref", ref) or ref
                return Branch(name, commit, ref in _MAIN)
        return None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether a commit is another one, or comes after it."""
        done = self._run("merge-base", "--is-ancestor", ancestor, commit)
        if done.returncode not in (0, 1):
            raise _failed("merge-base", done)
        return done.returncode == 0

    def is_shallow(self) -> bool:
        """Whether the history ends early here: what was before its end, this clone cannot tell."""
        return self._line("rev-parse", "--is-shallow-repository") == "true"

    def differing(self) -> tuple[str, ...]:
        """The paths at which the work tree is not the commit that is checked out; new files count, ignored ones do
        not, whatever the user's configuration shows."""
        asked = ("--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=none", "--no-renames")
        return tuple(_text(entry[3:]) for entry in self._out("status", *asked).split("\0") if entry)

    def hidden(self) -> tuple[str, ...]:
        """The files whose edits git was told not to show (`git update-index --assume-unchanged`, `--skip-worktree`).
        Of a sparse checkout those that are not there have nothing to show."""
        entries = [entry.split(" ", 1) for entry in self._out("ls-files", "-v", "-z").split("\0") if entry]
        return tuple(
            _text(path) for tag, path in entries if tag.islower() or (tag == "S" and os.path.lexists(self.top / path))
        )

    def entries(self, commit: str, *paths: PurePosixPath) -> dict[PurePosixPath, str]:
        """Mode, kind and hash of what a commit holds at paths below the top; those it does not hold are missing. A
        directory's hash is over all that is below it."""
        told = self._out("ls-tree", "-z", "--full-tree", commit, "--", *map(str, paths))
        rows = [row.split("\t", 1) for row in told.split("\0") if row]
        return {PurePosixPath(path): entry for entry, path in rows}

    def links(self, commit: str, *paths: PurePosixPath) -> bool:
        """Whether a commit holds symbolic links at or below paths: what they lead to is not in their hashes."""
        told = self._out("ls-tree", "-r", "-z", "--full-tree", commit, "--", *map(str, paths))
        return any(row.startswith("120000 ") for row in told.split("\0"))

    def tree(self, commit: str) -> str:
        """The hash of all that a commit holds."""
        return self._out("rev-parse", "--verify", f"{commit}^{{tree}}").strip()

    def text(self, commit: str, path: PurePosixPath) -> str | None:
        """What a file of a commit says; None if it holds none there."""
        done = self._run("cat-file", "blob", f"{commit}:{path}")
        return done.stdout if done.returncode == 0 else None

    def between(self, base: str, head: str) -> tuple[Commit, ...]:
        """The commits of `head` after `base`, oldest first. Of a merge that is the merge alone: what was merged never
        stood on the branch by itself."""
        asked = ("--first-parent", "--reverse", "--no-show-signature", "--encoding=UTF-8", f"--format={_FIELDS}", "-z")
        told = self._out("log", *asked, f"{base}..{head}", "--")
        fields = told.removesuffix("\0").split("\0") if told else []
        return tuple(_commit(fields[first : first + 4]) for first in range(0, len(fields), 4))

    @contextmanager
    def checked_out(self, commit: str) -> Iterator[Path]:
        """The uppermost directory of a work tree with that commit, which is gone afterwards with all that is in it.
        Other work trees keep out of its way, and it out of theirs."""
        with tempfile.TemporaryDirectory(prefix="slipway-tree-") as directory:
            tree = Path(directory).resolve() / "tree"  # git knows a work tree by its real path
            try:
                with self._alone():
                    self._out("worktree", "add", "--quiet", "--detach", str(tree), commit)
                yield tree
            finally:
                # Not `git worktree prune`: it would forget work trees of others, on a disk that is away just now.
                with self._alone():
                    self._run("worktree", "remove", "--force", str(tree))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, in any thread or process of ours: git reads the notes of all work trees to write one, and
        fails over another that is half written or half gone."""
        path = self.top / self._out("rev-parse", "--git-common-dir").strip() / "slipway-worktrees.lock"
        try:
            file = path.open("a")
        except OSError as error:
            raise BadInput(f"cannot write {path}: {error.strerror}", "Work in a clone of your own.") from None
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _line(self, *arguments: str) -> str:
        """What git says; empty if it fails."""
        done = self._run(*arguments)
        return done.stdout.strip() if done.returncode == 0 else ""

    def _out(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise _failed(arguments[0], done)
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _git(self.top, arguments)


def repository_around(directory: Path) -> Repository:
    """The repository that a directory lies in. NoRepository if git knows none there, or is not there itself."""
    done = _git(directory, ("rev-parse", "--show-toplevel"))
    if done.returncode:
        raise NoRepository(f"{directory} is in no git repository: {_words(done)}", "Work in a clone of the repository.")
    return Repository(Path(done.stdout.removesuffix("\n")))


def _git(directory: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _REDIRECTS}
    try:
        return subprocess.run(
            [*_GIT, *arguments],
            cwd=directory,
            env={**environment, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
            timeout=_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoRepository(f"git cannot be asked: {one_line(str(error))}", "Install git 2.24 or newer.") from None


def _commit(fields: Sequence[str]) -> Commit:
    hash_, seconds, author, subject = fields
    return Commit(hash_, datetime.fromtimestamp(min(int(seconds), _LAST), UTC), _text(author), _text(subject))


def _text(name: str) -> str:
    """A name as text: one byte of it that is no UTF-8 would break whatever is written with it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _failed(command: str, done: subprocess.CompletedProcess[str]) -> BadInput:
    return BadInput(f"git {command} failed: {_words(done)}", "Run `git status` there, and see what it says.")


def _words(done: subprocess.CompletedProcess[str]) -> str:
    return one_line(done.stderr.strip().removeprefix("fatal: ")) or f"exit status {done.returncode}"
