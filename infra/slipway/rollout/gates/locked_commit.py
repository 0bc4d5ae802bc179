"""The commit is the lock: what is applied is a commit of the main branch, whole, and after the one that is deployed.

Weights, TTLs, names and every other setting stand in the stack's settings file, so they are locked with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from slipway.ledger import deployed
from slipway.preflight import Finding
from slipway.repository import Branch, NoRepository, Repository, repository_around
from slipway.rollout.gates.surroundings import Surroundings
from slipway.rollout.installed import differences, installed
from slipway.rollout.parts import PROJECT, Parts, parts_of

__all__ = ["ID", "findings"]

ID = "locked-commit"
_SHORT = 12  # digits of a commit
_MOST = 3  # paths of a list


def findings(around: Surroundings) -> Sequence[Finding]:
    """What keeps the work tree of the project from being a commit that may be applied."""
    try:
        repository = repository_around(around.project)
    except NoRepository as error:
        return (_finding(f"nobody can tell what would be applied: {error.message}", error.advice),)
    head = repository.resolve("HEAD")
    if not head:
        return (_finding("the repository has no commit yet", "Commit what is here, and push it to the main branch."),)
    folder = PurePosixPath(around.project.resolve().relative_to(repository.top.resolve()).as_posix())
    parts = parts_of(_text(around.project / PROJECT), folder, around.stack)
    return (
        *_of_work_tree(repository, head),
        *_of_parts(repository, head, parts),
        *_of_main(repository, head),
        *_of_deployed(repository, head, around),
        *_of_lock(repository, parts),
    )


def _of_work_tree(repository: Repository, head: str) -> Iterator[Finding]:
    if differing := repository.differing():
        yield _finding(
            f"the work tree is not commit {head[:_SHORT]}: {_listed(differing)}",
            "Commit it and let it go through review, or `git stash --include-untracked`; what is no part of the "
            "program, such as a ledger's folder, belongs into .gitignore.",
        )
    if hidden := repository.hidden():
        yield _finding(
            f"git was told not to look whether these were edited: {_listed(hidden)}",
            "`git update-index --no-assume-unchanged --no-skip-worktree FILE` lets it look again.",
        )


def _of_parts(repository: Repository, head: str, parts: Parts) -> Iterator[Finding]:
    """What the plan is made of is in the commit: neither ignored, nor a link to somewhere else."""
    if parts.program is None:
        yield _finding("the program lies outside the repository", "Let `main:` in Pulumi.yaml name a directory in it.")
    top = repository.top.resolve()
    for part in (parts.project, parts.settings, *((parts.program,) if parts.program else ())):
        real = (top / part).resolve()
        if not real.is_relative_to(top):
            yield _finding(
                f"{part} is a link to {real}, outside the repository: no commit locks that",
                "Put the file itself where the link is, and commit it.",
            )
        elif not _holds(repository, head, PurePosixPath(real.relative_to(top).as_posix())):
            yield _finding(
                f"{part} is not in commit {head[:_SHORT]}: what it says was reviewed by nobody",
                f"`git add --force {part}`, commit it, and let it go through review.",
            )


def _of_main(repository: Repository, head: str) -> Iterator[Finding]:
    main = repository.main()
    if main is None:
        yield _finding(
            "this clone knows no main branch, neither a remote's nor a local one",
            "`git fetch origin && git remote set-head origin --auto`, then try again.",
        )
    elif not repository.descends(main.commit, head):
        yield _finding(f"commit {head[:_SHORT]} is not on {main.name}", _to_main(repository, head, main))


def _to_main(repository: Repository, head: str, main: Branch) -> str:
    if repository.is_shallow():
        return "This clone is shallow, so nobody can tell: `git fetch --unshallow`, then try again."
    if not repository.descends(head, main.commit):
        target = f"`git rebase {main.name}`, let it go through review, and merge it"
    else:
        target = "`git push`" if main.remote else f"`git switch {main.name} && git merge {head[:_SHORT]}`"
    return f"{target[0].upper()}{target[1:]}; if that was done elsewhere: `git fetch`."


def _of_deployed(repository: Repository, head: str, around: Surroundings) -> Iterator[Finding]:
    last = deployed(around.book.backwards())
    name = last.entry.deed.commit.removesuffix("-dirty") if last else ""
    if last is None or not name:
        return
    what = f"commit {name[:_SHORT]}, which entry {last.entry.number} of the ledger says is deployed"
    shallow = repository.is_shallow()
    known = repository.resolve(name)
    if not known:
        yield _finding(
            f"this clone does not know {what}", f"`git fetch{' --unshallow' if shallow else ''}`, then try again."
        )
    elif repository.descends(head, known):
        return
    elif shallow:
        yield _finding(
            f"nobody can tell whether commit {head[:_SHORT]} descends from {what}: this clone is shallow",
            "`git fetch --unshallow`, then try again.",
        )
    elif repository.descends(known, head):
        yield _finding(
            f"commit {head[:_SHORT]} is before {what}",
            f"`git pull`, and `slipway next {around.stack}` says which commit comes next; to go back is a rollback.",
        )
    else:
        yield _finding(
            f"commit {head[:_SHORT]} does not descend from {what}: what was changed there would be undone",
            f"`git merge {name[:_SHORT]}` on a branch of its own, let it go through review, and merge it.",
        )


def _of_lock(repository: Repository, parts: Parts) -> Iterator[Finding]:
    have = installed()
    for lock in parts.locks:
        if others := differences(_text(repository.top / lock), have):
            yield _finding(
                f"other packages are installed here than {lock} says: {_listed(others)}",
                f"`pip install --require-hashes --requirement {lock}` in the environment that runs slipway.",
            )


def _holds(repository: Repository, commit: str, path: PurePosixPath) -> bool:
    return path == PurePosixPath() or path in repository.entries(commit, path)


def _text(path: Path) -> str:
    """What a file says; nothing if there is none: that something has to be there is for others to say."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _finding(message: str, advice: str) -> Finding:
    return Finding(ID, message, advice)
