"""A day counted again: what differs is found, and put right if asked to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from logfiles import DAY, cloudfront, write

from slipway.downloads.store import Book, Log, open_book
from slipway.downloads.verify import Difference, Finding, names_day, verify
from slipway.downloads.work.count import Outcome, count
from slipway.downloads.work.logs import Found, Logs, Opened
from slipway.engine.progress import on_stderr
from slipway.errors import BadInput

pytestmark = pytest.mark.process

DATE = date.fromisoformat(DAY)


@pytest.fixture
def book(place: str) -> Book:
    return open_book(place)


@pytest.fixture
def logs(book: Book, tmp_path: Path) -> list[Log]:
    """Three logs of the day, one of which also belongs to the next, and one of the next alone."""
    found = [write(tmp_path, f"E1.{DAY}-0{hour}.gz", cloudfront("serde", "rand", "a\0b")) for hour in range(3)]
    found.append(write(tmp_path, "E1.2026-08-21-00.gz", cloudfront("serde", day="2026-08-21")))
    for log in found:
        assert count(book, Logs(), log).outcome is Outcome.COUNTED
    return found


def verified(book: Book, *sources: str, repair: bool = False) -> Finding:
    with on_stderr() as progress:
        return verify(book, Logs(), DATE, sources, progress, repair=repair)


def change(book: Book, sql: str) -> None:
    """By hand, behind our back."""
    book.rows(sql)


@pytest.mark.usefixtures("logs")
def test_sound_day_is_said_to_be(book: Book) -> None:
    """Names that are held as others included; and a day without logs."""
    found = verified(book)
    assert (found.sound, found.logs, found.downloads) == (True, 3, 9)
    with on_stderr() as progress:
        empty = verify(book, Logs(), date(2026, 1, 1), [], progress)
    assert (empty.sound, empty.logs) == (True, 0)


class Busy(Logs):
    """Whenever a log is opened, another one is counted by somebody else; five in all."""

    def __init__(self, book: Book, folder: Path) -> None:
        super().__init__()
        self._book, self._folder, self._left = book, folder, 5

    def open(self, log: Log) -> AbstractContextManager[Opened]:
        if self._left:
            self._left -= 1
            late = write(self._folder, f"late-{self._left}.gz", cloudfront("late"))
            count(self._book, Logs(), late)
        return super().open(log)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("repair", [False, True])
def test_logs_that_come_meanwhile_are_no_difference(book: Book, tmp_path: Path, repair: bool) -> None:
    """They are counted too."""
    with on_stderr() as progress:
        found = verify(book, Busy(book, tmp_path), DATE, [], progress, repair=repair)
    assert (found.logs, found.downloads, found.sound) == (8, 14, True)


@pytest.mark.usefixtures("logs")
def test_repair_takes_logs_that_come_meanwhile(book: Book, tmp_path: Path) -> None:
    """What they add is not lost."""
    change(book, "DELETE FROM downloads")
    with on_stderr() as progress:
        verify(book, Busy(book, tmp_path), DATE, [], progress, repair=True)
    assert verified(book).sound
    assert book.rows("SELECT downloads FROM downloads WHERE crate = 'late'") == [(5,)]


@pytest.mark.usefixtures("logs")
def test_differences_are_found_by_crate_and_repaired(book: Book) -> None:
    """More, less, gone and made up: other days stay as they are."""
    change(book, "UPDATE downloads SET downloads = 5 WHERE crate = 'rand'")
    change(book, f"DELETE FROM downloads WHERE crate = 'serde' AND date = '{DAY}'")
    change(book, f"INSERT INTO downloads VALUES ('{DAY}', 'fastly', 'made-up', '1.0.0', 1)")
    change(book, f"INSERT INTO downloads VALUES ('{DAY}', 'fastly', 'made-up', '2.0.0', 1)")
    change(book, "DELETE FROM requests WHERE CAST(minute AS DATE) = '2026-08-20'")
    found = verified(book)
    assert found.differences == (
        Difference("serde", 0, 3, 1),
        Difference("made-up", 2, 0, 2),
        Difference("rand", 5, 3, 1),
    )
    assert found.others == 1
    assert not found.sound
    assert verified(book) == found
    assert verified(book, repair=True).repaired
    assert verified(book).sound
    assert book.rows("SELECT downloads FROM downloads WHERE date = '2026-08-21'") == [(1,)]


def test_changes_that_balance_are_differences(book: Book, logs: list[Log]) -> None:
    """A crate's sum says nothing about its versions."""
    change(book, "UPDATE downloads SET version = '9.0.0' WHERE crate = 'rand'")
    assert verified(book).differences == (Difference("rand", 3, 3, 2),)


def test_changed_log_is_named_and_taken_as_it_is_now(book: Book, logs: list[Log]) -> None:
    """With the days that it belongs to now, all of which are put right."""
    write(Path(logs[0].source), logs[0].key, cloudfront("new", day="2026-08-21"))
    found = verified(book)
    assert found.changed == (logs[0],)
    assert {each.crate for each in found.differences} == {"serde", "rand", "a␀b"}
    verified(book, repair=True)
    assert verified(book).sound
    rows = book.rows("SELECT crate, downloads FROM downloads WHERE date = '2026-08-21' ORDER BY crate")
    assert rows == [("new", 1), ("serde", 1)]


def test_log_that_is_gone_is_named_and_stands_against_a_repair(book: Book, logs: list[Log]) -> None:
    """Its share is known to the database alone."""
    Path(logs[1].source, logs[1].key).unlink()
    found = verified(book)
    assert (found.gone, found.sound) == ((logs[1],), False)
    with pytest.raises(BadInput, match="are gone"):
        verified(book, repair=True)


def test_uncounted_log_of_that_day_is_named(book: Book, logs: list[Log], tmp_path: Path) -> None:
    """Wherever logs came from, or where one is told to look."""
    missing = write(tmp_path, f"E1.{DAY}-07.gz", cloudfront("serde"))
    write(tmp_path, "E1.2026-08-22-07.gz", cloudfront("serde"))
    elsewhere = write(tmp_path / "else" / "where" / "year=2026" / "month=08" / "day=20", "x.gz", cloudfront("serde"))
    assert verified(book).uncounted == (missing, elsewhere)
    assert verified(book, str(tmp_path / "else")).uncounted == (elsewhere,)


@pytest.mark.parametrize(
    ("key", "changed", "is_of"),
    [
        (f"cloudfront/E1.{DAY}-23.abcdef01.gz", "2026-09-01", True),
        (f"fastly/{DAY}T23:50:00.000-x_y.log.zst", "2026-09-01", True),
        ("AWSLogs/2026/08/20/23/x.gz", "2026-09-01", True),
        ("year=2026/month=08/day=20/x.parquet", "2026-09-01", True),
        ("logs/20260820.log", "2026-09-01", True),
        ("cloudfront/E1.2026-08-21-00.abcdef01.gz", DAY, False),
        ("no-date.gz", DAY, True),
        ("no-date.gz", "2026-08-21", True),
        ("no-date.gz", "2026-08-22", False),
        ("no-date.gz", "2026-08-19", False),
    ],
)
def test_log_is_of_the_day_in_its_name_or_of_the_one_it_was_written_on(key: str, changed: str, is_of: bool) -> None:
    """Or of the day before that: the last lines of a day come with the next."""
    when = datetime.fromisoformat(changed).replace(hour=12, tzinfo=UTC)
    assert names_day(Found(Log("s3://logs", key), "1", when), DATE) is is_of
