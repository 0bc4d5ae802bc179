"""Where the search begins: the ledger's word, or that of whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rollout.clones import Clone, cloned

from slipway.errors import BadInput
from slipway.ledger import Book, Deed, open_book
from slipway.repository import repository_around
from slipway.rollout.candidates import Astray, Base, base_of

pytestmark = pytest.mark.process


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return open_book(str(tmp_path / "ledger"), "production", {"XDG_STATE_HOME": str(tmp_path / "state")})


def asked(clone: Clone, book: Book | None, start: str = "") -> Base:
    return base_of(repository_around(clone.path), book, start, "production")[1]


def test_deployed_commit_is_the_last_that_was_carried_through(clone: Clone, book: Book) -> None:
    first, second = clone.head, clone.committed("infra/a.py", "a")
    clone.push()
    book.append(Deed(kind="apply", outcome="done", commit=first), "Ada")
    assert asked(clone, book) == Base(first, 1, surely=True)
    book.append(Deed(kind="apply", outcome="begun", commit=second), "Ada")
    assert asked(clone, book) == Base(first, 1, surely=False)
    book.append(Deed(kind="apply", outcome="done", commit=second, of=2), "Ada")
    book.append(Deed(kind="smoke", outcome="failed", commit=second), "Ada")
    assert asked(clone, book) == Base(second, 3, surely=True)


def test_apply_of_an_edited_tree_is_not_what_its_commit_says(clone: Clone, book: Book) -> None:
    book.append(Deed(kind="apply", outcome="done", commit=f"{clone.head}-dirty"), "Ada")
    assert asked(clone, book) == Base(clone.head, 1, surely=False)


def test_apply_of_some_targets_is_not_all_that_its_commit_says(clone: Clone, book: Book) -> None:
    book.append(Deed(kind="apply", outcome="done", commit=clone.head, targets=("urn:one",)), "Ada")
    assert asked(clone, book) == Base(clone.head, 1, surely=False)


def test_whoever_asks_names_the_deployed_commit_as_long_as_no_ledger_does(clone: Clone, book: Book) -> None:
    for ledger in (None, book):
        assert asked(clone, ledger, "main") == Base(clone.head)
        with pytest.raises(BadInput, match="nobody can tell which commit production stands at"):
            asked(clone, ledger)
    book.append(Deed(kind="apply", outcome="done", commit=clone.head), "Ada")
    with pytest.raises(BadInput, match="entry 1 names"):
        asked(clone, book, "main")


def test_commit_that_is_not_known_here_says_fetch(clone: Clone, book: Book, remote: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="knows no commit 'c0ffee'") as caught:
        asked(clone, None, "c0ffee")
    assert "`git fetch`" in caught.value.advice
    first = clone.head
    clone.committed("infra/a.py", "a")
    clone.push()
    shallow = cloned(remote, tmp_path / "shallow", "--depth=1")
    with pytest.raises(BadInput) as caught:
        asked(shallow, None, first)
    assert "--unshallow" in caught.value.advice
    shallow.git("fetch", "--quiet", "--depth=1", "origin", first)
    with pytest.raises(BadInput, match="this clone is shallow"):
        asked(shallow, None, first)


def test_deployed_commit_beside_the_main_branch_has_no_next_one(clone: Clone, book: Book) -> None:
    book.append(Deed(kind="apply", outcome="done", commit=clone.committed("infra/a.py", "mine")), "Ada")
    with pytest.raises(Astray, match="no commit of origin/main descends from") as caught:
        asked(clone, book)
    assert caught.value.exit_status == 1


def test_clone_without_a_main_branch_says_how_to_get_one(clone: Clone) -> None:
    clone.git("remote", "remove", "origin")
    clone.git("branch", "--quiet", "--move", "feature")
    with pytest.raises(BadInput, match="knows no main branch"):
        asked(clone, None, "HEAD")
