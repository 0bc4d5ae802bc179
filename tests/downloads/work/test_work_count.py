"""A log is counted once, whatever happened to it before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from logfiles import DAY, cloudfront, write

from slipway.downloads.store import Book, Log, open_book
from slipway.downloads.work import count as counting
from slipway.downloads.work.count import Done, Outcome
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.stop import Stop, Stopped


@pytest.fixture
def book(place: str) -> Book:
    return open_book(place)


def count(book: Book, log: Log) -> Done:
    return counting.count(book, Logs(), log)


def downloads(book: Book) -> dict[tuple[str, str], int]:
    rows = book.rows("SELECT CAST(date AS TEXT), crate, downloads FROM downloads")
    return {(day, crate): number for day, crate, number in rows}


def test_log_is_counted_once(book: Book, tmp_path: Path) -> None:
    """And again changes nothing."""
    log = write(tmp_path, "a.gz", cloudfront("serde", "serde", "rand"))
    first, second = count(book, log), count(book, log)
    assert (first.outcome, first.lines, first.downloads, dict(first.skipped)) == (Outcome.COUNTED, 3, 3, {})
    assert (second.outcome, second.etag) == (Outcome.AGAIN, first.etag)
    assert downloads(book) == {(DAY, "serde"): 2, (DAY, "rand"): 1}


def test_late_log_adds_to_its_day(book: Book, tmp_path: Path) -> None:
    """However long the day is over; and a log may feed two days."""
    for name, content in (
        ("a.gz", cloudfront("serde")),
        ("b.gz", cloudfront("serde", day="2026-08-21")),
        ("late.gz", cloudfront("serde", "rand")),
    ):
        assert count(book, write(tmp_path, name, content)).outcome is Outcome.COUNTED
    assert downloads(book) == {(DAY, "serde"): 2, (DAY, "rand"): 1, ("2026-08-21", "serde"): 1}


def test_corrected_log_has_its_days_counted_again(book: Book, tmp_path: Path) -> None:
    """The days it had a share in, and those it has one in now; what others have in them stays."""
    count(book, write(tmp_path, "other.gz", cloudfront("serde", "rand")))
    count(book, write(tmp_path, "third.gz", cloudfront("serde", day="2026-08-21")))
    count(book, write(tmp_path, "a.gz", cloudfront("serde", "old")))
    corrected = count(book, log := write(tmp_path, "a.gz", cloudfront("serde", "serde", "new", day="2026-08-21")))
    assert (corrected.outcome, corrected.downloads) == (Outcome.CORRECTED, 3)
    assert downloads(book) == {
        (DAY, "serde"): 1,
        (DAY, "rand"): 1,
        ("2026-08-21", "serde"): 3,
        ("2026-08-21", "new"): 1,
    }
    assert count(book, log).outcome is Outcome.AGAIN
    assert book.days(log) == {date(2026, 8, 21)}


def test_logs_corrected_together_are_all_taken_as_they_are_now(book: Book, tmp_path: Path) -> None:
    """One of them has the other's day counted again too, and the other finds it done."""
    days = ("2026-08-19", DAY, "2026-08-21")
    logs = [write(tmp_path, f"{day}.gz", cloudfront("serde", "old", day=day)) for day in days]
    shared = write(tmp_path, "shared.gz", cloudfront("rand"))
    for log in (*logs, shared):
        count(book, log)
    for name in (DAY, "shared", "2026-08-21"):  # 2026-08-21 now belongs to the day before, too
        write(tmp_path, f"{name}.gz", cloudfront("new"))
    told = [count(book, log).outcome for log in (logs[1], shared, logs[2])]
    assert told == [Outcome.CORRECTED, Outcome.AGAIN, Outcome.CORRECTED]
    assert downloads(book) == {("2026-08-19", "serde"): 1, ("2026-08-19", "old"): 1, (DAY, "new"): 3}


def test_log_without_a_day_may_be_corrected(book: Book, tmp_path: Path) -> None:
    """From nothing to something, and back."""
    log = write(tmp_path, "a.gz", cloudfront())
    assert count(book, log).outcome is Outcome.COUNTED
    write(tmp_path, "a.gz", cloudfront("serde"))
    assert count(book, log).outcome is Outcome.CORRECTED
    assert downloads(book) == {(DAY, "serde"): 1}
    write(tmp_path, "a.gz", cloudfront())
    assert count(book, log).outcome is Outcome.CORRECTED
    assert downloads(book) == {}


def test_days_with_a_log_that_is_gone_cannot_be_counted_again(book: Book, tmp_path: Path) -> None:
    """Its share is in the counts and nowhere else: they stay as they are."""
    gone = write(tmp_path, "gone.gz", cloudfront("serde"))
    log = write(tmp_path, "a.gz", cloudfront("rand"))
    count(book, gone)
    count(book, log)
    before = downloads(book)
    Path(gone.source, gone.key).unlink()
    write(tmp_path, "a.gz", cloudfront("new"))
    done = count(book, log)
    assert done.outcome is Outcome.FAILED
    assert "gone.gz" in done.because
    assert downloads(book) == before


def test_log_that_is_gone_is_said_to_be(book: Book, tmp_path: Path) -> None:
    """Deleted before anybody came."""
    assert count(book, Log(str(tmp_path), "never.gz")).outcome is Outcome.GONE
    assert count(book, Log(str(tmp_path / "no"), "folder.gz")).outcome is Outcome.GONE


def test_damaged_log_counts_as_far_as_it_can_be_read(book: Book, tmp_path: Path) -> None:
    """And says so; mended, it is corrected."""
    crates = [f"crate-{number * 7919 % 1000:x}-{number}" for number in range(20_000)]
    whole = cloudfront(*crates)
    log = write(tmp_path, "a.gz", whole[: len(whole) // 2])
    done = count(book, log)
    assert done.outcome is Outcome.DAMAGED
    assert done.because
    assert 0 < done.downloads < 20_000
    write(tmp_path, "a.gz", whole)
    assert count(book, log).outcome is Outcome.CORRECTED
    assert book.rows("SELECT sum(downloads) FROM downloads") == [(20_000,)]


@pytest.mark.parametrize("content", [b"", b"what is this", b"\x1f\x8bnot really"])
def test_what_is_no_log_fails_and_is_not_in_the_manifest(book: Book, tmp_path: Path, content: bytes) -> None:
    """So that it is tried again."""
    log = write(tmp_path, "a.gz", content)
    done = count(book, log)
    assert done.outcome is Outcome.FAILED
    assert "a.gz" in done.because
    assert book.etag(log) is None


@pytest.mark.parametrize("name", ["a\0b.gz", "\udcff.gz"])
def test_name_that_no_database_holds_fails(book: Book, tmp_path: Path, name: str) -> None:
    """And does not stop the others."""
    done = count(book, Log(str(tmp_path), name))
    assert (done.outcome, done.because) == (Outcome.FAILED, "its name has a NUL in it, or is not UTF-8")


def test_log_in_hand_is_left_when_there_is_no_time_left(book: Book, tmp_path: Path) -> None:
    """Nothing of it is written."""
    log = write(tmp_path, "a.gz", cloudfront("serde"))
    stop = Stop(grace=60)
    stop.ask()
    assert counting.count(book, Logs(stop), log).outcome is Outcome.COUNTED
    other = write(tmp_path, "b.gz", cloudfront("serde"))
    stop.ask()
    with pytest.raises(Stopped):
        counting.count(book, Logs(stop), other)
    assert book.etag(other) is None


def test_file_has_one_name_however_it_is_found(tmp_path: Path) -> None:
    """By itself, by a folder above, by a link: or it would be counted under several."""
    log = write(tmp_path / "deep" / "er", "a.gz", cloudfront("serde"))
    (tmp_path / "link").symlink_to(tmp_path / "deep")
    write(tmp_path / "deep" / "index.example.org", "b.gz", cloudfront("serde"))
    places = (tmp_path, tmp_path / "deep" / "er" / "a.gz", tmp_path / "link" / "er", tmp_path / "deep" / "..")
    for place in places:
        assert {found.log for found in Logs().list(str(place))} == {log}
