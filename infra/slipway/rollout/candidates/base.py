"""Where the search begins and ends: the commit that is deployed, and the newest of the main branch."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.errors import BadInput, SlipwayError
from slipway.ledger import Book, deployed, newest
from slipway.repository import Branch, Repository

__all__ = ["Astray", "Base", "base_of"]

_SHORT = 12  # digits of a commit


class Astray(SlipwayError):
    """What is deployed is not on the main branch, so no commit there can follow it."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Base:
    """The deployed commit, and the entry of the ledger that says so, 0 if somebody said it. `surely`: that apply was
    the last and was carried through, for the whole stack, so what is deployed is what the commit says."""

    commit: str
    entry: int = 0
    surely: bool = False


def base_of(repository: Repository, book: Book | None, start: str, stack: str) -> tuple[Branch, Base]:
    """The main branch, and what is deployed: by the ledger, or `start` as long as that names nothing. BadInput if one
    of them is not known here, Astray if the branch does not hold what is deployed."""
    main = repository.main()
    if main is None:
        raise BadInput("this clone knows no main branch", "`git fetch origin && git remote set-head origin --auto`")
    base = _named(repository, book, start, stack)
    if repository.descends(main.commit, base.commit):
        return main, base
    if repository.is_shallow():
        raise BadInput(
            "this clone is shallow: what came after the deployed commit is unknown", "`git fetch --unshallow`"
        )
    short = base.commit[:_SHORT]
    raise Astray(
        f"no commit of {main.name} descends from {short}, which is deployed: what was changed there would be undone",
        f"`git fetch`. If it was never merged: `git merge {short}` on a branch, let it go through review, merge it.",
    )


def _named(repository: Repository, book: Book | None, start: str, stack: str) -> Base:
    last = deployed(book.backwards()) if book else None
    if book is None or last is None:
        if not start:
            why = "its ledger names no deployed commit yet" if book else "it has no ledger"
            raise BadInput(f"nobody can tell which commit {stack} stands at: {why}", "Name it: --from COMMIT.")
        return Base(_known(repository, start))
    number, name = last.entry.number, last.entry.deed.commit
    if start:
        raise BadInput(
            f"--from is for a ledger that names no deployed commit; entry {number} names {name[:_SHORT]}",
            "Leave it out.",
        )
    newer = newest(book.backwards(), "apply", "rollback")
    surely = newer is not None and newer.entry.number == number and not name.endswith("-dirty")
    surely = surely and not last.entry.deed.targets
    return Base(_known(repository, name.removesuffix("-dirty")), number, surely)


def _known(repository: Repository, name: str) -> str:
    if commit := repository.resolve(name):
        return commit
    deepen = " --unshallow" if repository.is_shallow() else ""
    raise BadInput(f"this clone knows no commit {name[:40]!r}", f"`git fetch{deepen}`, then try again.")
