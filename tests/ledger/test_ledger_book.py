"""What is appended stays, in its order, with its author; and nothing secret comes in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scribe import NOON, WHO, Opener, deed, minutes, written

from slipway.errors import BadInput
from slipway.ledger import Book, Broken, Deed


def test_entries_come_back_in_their_order_chained(book: Book) -> None:
    hashes = written(book, 3)
    links = list(book.entries())
    assert [link.hash for link in links] == hashes
    assert [link.entry.previous for link in links] == ["", *hashes[:2]]
    assert [(link.entry.number, link.entry.deed.commit, link.entry.who) for link in links] == [
        (number + 1, f"c{number}", WHO) for number in range(3)
    ]


def test_ledger_of_which_nothing_was_written_is_empty(book: Book) -> None:
    assert list(book.entries()) == []
    assert book.last() is None


def test_each_environment_has_a_ledger_of_its_own(opener: Opener) -> None:
    written(opener(), 2)
    assert list(opener(environment="staging").entries()) == []


def test_all_of_a_deed_is_kept(book: Book) -> None:
    said = Deed(
        kind="override",
        outcome="done",
        commit="c0ffee",
        plan="sha256:1",
        config="sha256:2",
        changes=("weight of static.example.org",),
        proof={"lit": 4, "dark": 1},
        rules=("hostname-dark",),
        reason="the pager is louder",
        expires=datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
        results={"checks": 349, "seconds": 9.6, "local": True, "slowest": "tls"},
    )
    book.append(said, WHO, NOON)
    assert [link.entry.deed for link in book.entries()] == [said]


def test_secrets_of_the_shell_do_not_get_in(opener: Opener, place: Path) -> None:
    book = opener(PULUMI_CONFIG_PASSPHRASE="correct horse", GITHUB_TOKEN="ghp_0123456789")
    said = deed(
        changes=("tag correct horse",), reason="as ghp_0123456789 said", results={"ghp_0123456789": "correct horse"}
    )
    book.append(said, "Ada ghp_0123456789", NOON)
    text = "".join(path.read_text() for path in place.rglob("*.json"))
    assert "correct horse" not in text
    assert "ghp_" not in text
    assert "[secret]" in text


def test_texts_are_one_line_of_a_length_that_somebody_reads(book: Book) -> None:
    book.append(deed(reason="a\nb\x1b[31m" + "x" * 10_000, changes=tuple(map(str, range(1000)))), WHO, NOON)
    (link,) = book.entries()
    assert link.entry.deed.reason.startswith("a b")
    assert "\x1b" not in link.entry.deed.reason
    assert len(link.entry.deed.reason) == 500
    assert len(link.entry.deed.changes) == 100


def test_clock_that_was_set_back_is_refused(book: Book) -> None:
    """An approval that is written down too early would never grow old."""
    book.append(deed(), WHO, minutes(10))
    with pytest.raises(BadInput, match="clock is 300 s behind"):
        book.append(deed(), WHO, minutes(5))
    assert len(list(book.entries())) == 1


def test_clocks_that_differ_by_seconds_are_taken_as_one(book: Book) -> None:
    book.append(deed(), WHO, minutes(10))
    book.append(deed(), WHO, minutes(9.95))
    assert [link.entry.at for link in book.entries()] == [minutes(10)] * 2


def test_last_entry_is_found_by_a_machine_that_never_looked(book: Book, opener: Opener) -> None:
    hashes = written(book, 5)
    last = opener("another").last()
    assert last is not None
    assert (last.hash, last.entry.number) == (hashes[-1], 5)


def test_what_others_appended_is_seen(book: Book, opener: Opener) -> None:
    written(book, 2)
    opener("another").append(deed("theirs"), "Bob", minutes(5))
    book.append(deed("ours"), WHO, minutes(6))
    assert [link.entry.deed.commit for link in book.entries()] == ["c0", "c1", "theirs", "ours"]


def test_file_that_is_no_entry_of_this_schema_is_no_traceback(book: Book, place: Path) -> None:
    written(book, 1)
    path = place / "production" / "00000002.json"
    for text in ("", "{}", "[]", "\x00", '{"entry": {}, "hash": 1}', json.dumps({"entry": {}, "hash": "sha256:0"})):
        path.write_text(text)
        with pytest.raises(Broken, match="broken at entry 2"):
            list(book.entries())


def test_folder_that_cannot_be_written_is_one_error(opener: Opener, place: Path) -> None:
    place.write_text("a file")
    with pytest.raises(BadInput, match=r"cannot (make|read)"):
        opener().append(deed(), WHO, NOON)


def test_witness_that_cannot_be_read_is_one_error(book: Book) -> None:
    written(book, 1)
    book.witness.path.write_text("?")
    with pytest.raises(BadInput, match="cannot be read"):
        book.last()
