"""Whatever is done to a ledger's files afterwards is noticed, and where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import WHO, Opener, deed, minutes, written

from slipway.ledger import Book, Broken
from slipway.ledger.chain import chained
from slipway.ledger.entry import Entry, Link, sealed

COUNT = 6


def files(place: Path) -> list[Path]:
    return sorted((place / "production").glob("*.json"))


def broken_at(book: Book) -> int:
    with pytest.raises(Broken) as caught:
        list(book.entries())
    return caught.value.number


def test_changed_entry_is_found(book: Book, place: Path) -> None:
    written(book, COUNT)
    path = files(place)[2]
    path.write_text(path.read_text().replace("approved", "refused"))
    assert broken_at(book) == 3


def test_entry_that_was_written_anew_with_its_own_hash_is_found_by_the_next(book: Book, place: Path) -> None:
    """Whoever can compute a hash can forge one entry, but not the one after it."""
    written(book, COUNT)
    link = list(book.entries())[2]
    forged = Entry(
        environment="production",
        number=3,
        previous=link.entry.previous,
        nonce=link.entry.nonce,
        at=link.entry.at,
        who="Mallory",
        deed=link.entry.deed,
    )
    files(place)[2].write_bytes(sealed(forged)[1])
    assert broken_at(book) == 4


def test_ledger_that_was_forged_to_its_end_is_found_by_who_has_seen_it(book: Book, opener: Opener, place: Path) -> None:
    written(book, 2)
    shutil.rmtree(place)
    written(opener("mallory"), 2)
    assert broken_at(book) == 2
    with pytest.raises(Broken, match="this machine has seen another entry there"):
        book.append(deed(), WHO, minutes(9))


def test_end_that_was_cut_off_is_found_by_who_has_seen_it(book: Book, place: Path) -> None:
    written(book, COUNT)
    files(place)[-1].unlink()
    assert broken_at(book) == COUNT
    with pytest.raises(Broken, match="it is gone"):
        book.append(deed(), WHO, minutes(9))


def test_missing_entry_is_found_before_anything_is_appended(book: Book, opener: Opener, place: Path) -> None:
    written(book, COUNT)
    files(place)[1].unlink()
    assert broken_at(book) == 2
    with pytest.raises(Broken, match="broken at entry 2: it is missing"):
        opener("another").append(deed(), WHO, minutes(9))


def test_entry_of_another_environment_is_no_entry_here(opener: Opener, place: Path) -> None:
    """A refusal of production is not made good by an approval of staging."""
    written(opener(environment="staging"), 1)
    shutil.copytree(place / "staging", place / "production")
    assert broken_at(opener()) == 1
    with pytest.raises(Broken, match="entry 1 of staging"):
        opener().last()


def test_entries_that_changed_places_are_found(book: Book, place: Path) -> None:
    written(book, COUNT)
    one, other = files(place)[1:3]
    texts = one.read_text(), other.read_text()
    one.write_text(texts[1])
    other.write_text(texts[0])
    assert broken_at(book) == 2


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_can_change_unseen(data: st.DataObject) -> None:
    """But for spaces around an entry, which say nothing."""
    links: list[Link] = []
    sheets: list[bytes] = []
    for number in range(1, 4):
        entry = Entry(
            environment="e",
            number=number,
            previous=links[-1].hash if links else "",
            nonce="0",
            at=minutes(number),
            who="w",
            deed=deed(),
        )
        link, sheet = sealed(entry)
        links.append(link)
        sheets.append(sheet)
    which = data.draw(st.integers(0, 2))
    at = data.draw(st.integers(0, len(sheets[which]) - 2))  # the last byte ends the line
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != sheets[which][at]))
    changed = sheets[which][:at] + bytes([byte]) + sheets[which][at + 1 :]
    with pytest.raises(Broken):
        list(chained("e", enumerate([*sheets[:which], changed, *sheets[which + 1 :]], start=1)))
