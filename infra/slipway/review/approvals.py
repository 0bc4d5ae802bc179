"""A pull request's reviews, as GitHub prints them -> who approves of the commit that is judged.

Two forms are read: the list of `GET /repos/{owner}/{repo}/pulls/{number}/reviews` (GitHub REST API, "List reviews for a
pull request"), and what `gh pr view --json reviews,author,headRefOid` prints. Of each person the last word counts; a
comment is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from slipway.errors import BadInput
from slipway.plan import one_line

__all__ = ["Approvals", "read_approvals"]

_LONGEST = 40  # characters of a login; GitHub takes no more than 39
_WORDS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
_ADVICE = "Give what `gh pr view NUMBER --json reviews,author,headRefOid` prints, or the list of GitHub's API."


@dataclass(frozen=True, slots=True)
class Approvals:
    """Logins: who approves, who has approved of another commit alone, and who asks for changes."""

    by: tuple[str, ...] = ()
    of_another: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class _Person(msgspec.Struct, frozen=True):
    login: str = ""
    type: str = ""
    is_bot: bool = False


class _Review(msgspec.Struct, frozen=True):
    """Of the API, which says who by `user`."""

    state: str
    user: _Person | None = None
    commit_id: str | None = None
    submitted_at: str | None = None


class _Commit(msgspec.Struct, frozen=True):
    oid: str = ""


class _Shown(msgspec.Struct, frozen=True, rename="camel"):
    """Of gh, which says who by `author`."""

    state: str
    author: _Person | None = None
    commit: _Commit | None = None
    submitted_at: str | None = None


class _PullRequest(msgspec.Struct, frozen=True, rename="camel"):
    reviews: tuple[_Shown, ...]
    author: _Person
    head_ref_oid: str


@dataclass(frozen=True, slots=True)
class _Word:
    login: str
    state: Literal["APPROVED", "CHANGES_REQUESTED", "DISMISSED"]
    commit: str


def read_approvals(text: bytes, is_judged: Callable[[str], bool]) -> Approvals:
    """Who approves of the commits that `is_judged` says are what is judged. The author does not count, nor do bots; an
    approval that names no commit is of none. BadInput for a file of another form.

    GitHub's list does not say who the author is: it takes no approval from the author in the first place.
    """
    last = {word.login: word for word in _words(text)}
    approved = [word for word in last.values() if word.state == "APPROVED"]
    here = {word.login for word in approved if word.commit and is_judged(word.commit)}
    return Approvals(
        tuple(sorted(here)),
        tuple(sorted({word.login for word in approved} - here)),
        tuple(sorted(word.login for word in last.values() if word.state == "CHANGES_REQUESTED")),
    )


def _words(text: bytes) -> Iterable[_Word]:
    """Every word that counts, the oldest first."""
    try:
        found = msgspec.json.decode(text, type=tuple[_Review, ...] | _PullRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:  # ValidationError is a DecodeError.
        raise BadInput(f"these are no reviews of a pull request: {one_line(str(error), 200)}", _ADVICE) from None
    if isinstance(found, _PullRequest):
        author = found.author.login.lower()
        rows = [
            (each.submitted_at, each.author, each.state, each.commit.oid if each.commit else "")
            for each in found.reviews
        ]
    else:
        author = ""
        rows = [(each.submitted_at, each.user, each.state, each.commit_id or "") for each in found]
    rows.sort(key=lambda row: row[0] or "")  # times of one form: ISO 8601, UTC, whole seconds
    for _, person, state, commit in rows:
        login = one_line(person.login, _LONGEST).lower() if person and not _is_bot(person) else ""
        if login and login != author and state in _WORDS:
            yield _Word(login, state, commit)  # type: ignore[arg-type]


def _is_bot(person: _Person) -> bool:
    return person.is_bot or person.type == "Bot" or person.login.endswith("[bot]")
