"""Counts and manifest change together and once, in a DuckDB file and in PostgreSQL."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from server import new_database

from slipway.downloads.store import Book, Counted, Counts, Log, Standing, StoreError, counts_of, open_book
from slipway.downloads.store.duckdb import DuckFile
from slipway.downloads.tally import Download, Missed, Requests, Tally

NOON = datetime(2026, 8, 21, 12)
DAY = date(2026, 8, 20)
HOSTILE = ["'; DROP TABLE downloads; --", '"', "<script>alert(1)</script>", "a\0b", "\\", "é�", "%s $1 ?", "\t\n\r", ""]


def tally(names: dict[str, int], day: str = "2026-08-20", lines: int = 9) -> Tally:
    """A log with so many downloads of each crate's 1.0.0 on a day."""
    return Tally(
        lines,
        {Download(day, "cloudfront", name, "1.0.0"): number for name, number in names.items()},
        {Requests(f"{day}T23:59", "cloudfront", "file", "200"): sum(names.values())},
        {Missed(day, "fastly", "gone", "404"): 2},
        {"method": 3, "status": 2},
    )


def log(key: str, tally: Tally, etag: str = "1") -> Counted:
    return Counted(Log("s3://logs", key), etag, tally)


@pytest.fixture
def book(place: str) -> Book:
    return open_book(place)


def test_log_is_added_once_with_all_that_is_known_of_it(book: Book) -> None:
    """Again, by any name of the moment, changes nothing."""
    counted = log("a.gz", tally({"serde": 3, "rand": 1}))
    assert [book.add(counted, NOON) for _ in range(3)] == [Standing.ADDED, Standing.KNOWN, Standing.KNOWN]
    assert book.counts([DAY]) == counts_of(counted.tally)
    assert book.rows("SELECT * FROM objects") == [("s3://logs", "a.gz", "1", 9, 4, 5, "", NOON)]
    assert book.rows("SELECT * FROM object_days") == [("s3://logs", "a.gz", DAY, 4)]
    assert book.etag(counted.log) == "1"
    assert book.etag(Log("s3://logs", "b.gz")) is None
    assert (book.etags("s3://logs"), book.etags("s3://other")) == ({"a.gz": "1"}, {})
    assert book.sources() == ["s3://logs"]


def test_logs_add_up(book: Book) -> None:
    """A late log adds to its day like any other."""
    book.add(log("a.gz", tally({"serde": 3, "rand": 1})), NOON)
    book.add(log("late.gz", tally({"serde": 5, "new": 2})), NOON)
    found = book.rows("SELECT crate, downloads FROM downloads ORDER BY crate")
    assert found == [("new", 2), ("rand", 1), ("serde", 8)]
    assert book.rows("SELECT minute, requests FROM requests") == [(datetime(2026, 8, 20, 23, 59), 11)]
    assert book.rows("SELECT requests FROM missed") == [(4,)]


def test_log_without_downloads_is_in_the_manifest(book: Book) -> None:
    """It is not to be read again either; a day of requests alone is a share in that day."""
    book.add(log("empty.gz", Tally(0, {}, {}, {}, {})), NOON)
    book.add(log("missed.gz", replace(tally({}), requests={}, damaged="cut off")), NOON)
    assert book.rows("SELECT key, lines, damaged FROM objects ORDER BY key") == [
        ("empty.gz", 0, ""),
        ("missed.gz", 9, "cut off"),
    ]
    assert book.sharing([DAY]) == {Log("s3://logs", "missed.gz"): "1"}


def test_other_content_under_a_known_name_is_not_added(book: Book) -> None:
    """What the old content was cannot be subtracted."""
    book.add(log("a.gz", tally({"serde": 3})), NOON)
    assert book.add(log("a.gz", tally({"serde": 7}), etag="2"), NOON) is Standing.OTHER
    assert book.counts([DAY]) == counts_of(tally({"serde": 3}))


def test_days_are_put_in_place_of_the_old(book: Book) -> None:
    """Rows that are no more are gone, others stay, and other days are not touched."""
    first, second = log("a.gz", tally({"serde": 3, "old": 1})), log("b.gz", tally({"rand": 1}))
    other = log("c.gz", tally({"serde": 100}, day="2026-08-22"))
    for each in (first, second, other):
        book.add(each, NOON)
    corrected = log("a.gz", tally({"serde": 4}, day="2026-08-21"), etag="2")
    days = [DAY, date(2026, 8, 21)]
    counts = Counts()
    for each in (corrected, second):
        counts.add(counts_of(each.tally))
    expected = {first.log: "1", second.log: "1"}
    assert book.put(days, counts, [corrected], expected, NOON)
    assert book.counts(days) == counts
    assert book.counts([date(2026, 8, 22)]) == counts_of(other.tally)
    assert book.etag(first.log) == "2"
    assert book.days(first.log) == {date(2026, 8, 21)}
    assert book.sharing([DAY]) == {second.log: "1"}


@pytest.mark.parametrize("meanwhile", ["late", "corrected"])
def test_nothing_is_put_if_the_manifest_has_changed(book: Book, meanwhile: str) -> None:
    """A log that came while the day was counted again is not lost."""
    book.add(log("a.gz", tally({"serde": 3})), NOON)
    expected = book.sharing([DAY])
    if meanwhile == "late":
        book.add(log("late.gz", tally({"serde": 5})), NOON)
    else:
        corrected = log("a.gz", tally({"serde": 6}), etag="3")
        assert book.put([DAY], counts_of(corrected.tally), [corrected], expected, NOON)
    before = book.counts([DAY])
    again = log("a.gz", tally({"serde": 4}), etag="2")
    assert not book.put([DAY], counts_of(again.tally), [again], expected, NOON)
    assert book.counts([DAY]) == before


def test_hostile_names_are_kept_as_text(book: Book) -> None:
    """SQL, HTML, quotes and control characters; NUL as its symbol."""
    book.add(log("'; DROP TABLE objects; --", tally(dict.fromkeys(HOSTILE, 2))), NOON)
    found = dict(book.rows("SELECT crate, downloads FROM downloads"))
    assert found == dict.fromkeys([name.replace("\0", "␀") for name in HOSTILE], 2)
    assert book.etag(Log("s3://logs", "'; DROP TABLE objects; --")) == "1"


def test_long_names_are_held_by_their_beginning_and_a_hash(book: Book) -> None:
    """PostgreSQL would refuse them in a key; different ones stay different."""
    rng = random.Random(8)  # noqa: S311
    long = ["".join(rng.choices("abcdefgh€", k=6_000)) for _ in range(2)]
    same = [long[0] + "x", long[0] + "y"]
    book.add(log("a.gz", tally(dict.fromkeys(long + same, 1))), NOON)
    found = [name for (name,) in book.rows("SELECT crate FROM downloads")]
    assert len(set(found)) == 4
    assert max(len(name.encode()) for name in found) < 1_000
    assert {name[:200] for name in found} == {name[:200] for name in long}


def test_names_that_become_the_same_are_added_up(book: Book) -> None:
    """A key is there once."""
    names = ("a\0", "a␀", "b\ud800", "b\ufffd")
    book.add(log("a.gz", tally(dict(zip(names, (1, 2, 4, 8), strict=True)))), NOON)
    assert sorted(book.rows("SELECT crate, downloads FROM downloads")) == [("a␀", 3), ("b�", 12)]


def test_first_years_and_late_ones_are_dates(book: Book) -> None:
    """A log may say anything that is a day."""
    for day in ("0026-03-01", "1999-03-01", "9999-12-31"):
        book.add(log(day, tally({"serde": 1}, day=day)), NOON)
        assert book.counts([date.fromisoformat(day)]) == counts_of(tally({"serde": 1}, day=day))


@pytest.mark.parametrize("time", ["", "24:00", "12:60", "-", "23+01", "1:00", "²²:00"])
def test_time_that_is_none_is_the_first_minute_of_its_day(time: str) -> None:
    """A log may say anything; the day is sound, or the line would not be there."""
    for day in ("2026-08-20", "+026-08-20"):
        found = counts_of(Tally(1, {}, {Requests(f"{day}T{time}", "cloudfront", "file", "200"): 1}, {}, {}))
        assert [key[0] for key in found.requests] == [datetime.fromisoformat(f"{day.replace('+', '0')}T00:00")]


def test_no_days_have_no_counts(book: Book) -> None:
    """Not even a mistake of the database's."""
    assert book.counts([]) == Counts()
    assert book.sharing([]) == {}


def test_many_rows_come_in_bulk(book: Book) -> None:
    """Fifty thousand at once, into as many."""
    for key, first in (("a", 0), ("b", 25_000)):
        book.add(log(key, tally({f"crate-{number}": 1 for number in range(first, first + 50_000)})), NOON)
    assert book.rows("SELECT count(*), sum(downloads) FROM downloads") == [(75_000, 100_000)]


def test_workers_at_once_add_each_log_once(place: str) -> None:
    """Eight threads, each with all logs in an order of its own; half of the names are in every log."""
    open_book(place)
    logs = [log(str(n), tally({**dict.fromkeys("abcdefg", 1), f"own-{n}": 1}), etag=str(n)) for n in range(12)]

    def work(seed: int) -> Counter[Standing]:
        mine, book = random.Random(seed).sample(logs, len(logs)), open_book(place)  # noqa: S311
        return Counter(book.add(each, NOON) for each in mine)

    with ThreadPoolExecutor(8) as pool:
        told = sum(pool.map(work, range(8)), Counter())
    assert told == {Standing.ADDED: 12, Standing.KNOWN: 84}
    expected = Counts()
    for each in logs:
        expected.add(counts_of(each.tally))
    assert open_book(place).counts([DAY]) == expected


def test_days_put_while_logs_are_added_lose_none(place: str) -> None:
    """Whoever counts a day again and whoever adds to it wait for each other."""
    book = open_book(place)
    first = log("first", tally({"serde": 1}))
    book.add(first, NOON)
    logs = [log(f"late-{n}", tally({"serde": 1})) for n in range(20)]
    by_log = {each.log: each for each in [first, *logs]}
    done = threading.Event()

    def recount() -> int:
        put = 0
        while not done.is_set() or not put:
            expected, counts = book.sharing([DAY]), Counts()
            for each in expected:
                counts.add(counts_of(by_log[each].tally))
            put += book.put([DAY], counts, [], expected, NOON)
        return put

    with ThreadPoolExecutor(3) as pool:
        recounting = pool.submit(recount)
        list(pool.map(lambda each: book.add(each, NOON), logs))
        done.set()
        assert recounting.result()
    assert book.rows("SELECT downloads FROM downloads") == [(21,)]


def test_file_taken_by_another_process_is_waited_for_and_then_named(tmp_path: Path) -> None:
    """With a limit, and a message that says what to do."""
    path = tmp_path / "downloads.duckdb"
    book = open_book(str(path))
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    command = [sys.executable, "-c", holding, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="in use"):
            Book(DuckFile(path, wait=0.2)).sources()
        timer = threading.Timer(0.3, lambda: other.communicate("\n"))
        timer.start()
        assert book.sources() == []
        timer.join()


def test_what_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    """A file of another program, and a folder that is not there."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(StoreError, match=r"other\.db: [^\n]+$"):
        open_book(str(path)).sources()
    with pytest.raises(StoreError, match="cannot make the database"):
        open_book(str(tmp_path / "no" / "folder" / "downloads.duckdb"))


def test_server_that_is_not_there_is_named_without_its_password() -> None:
    """Its user neither."""
    with pytest.raises(StoreError) as error:
        open_book("postgresql://me:secret@127.0.0.1:1/downloads")
    assert "127.0.0.1" in error.value.message
    assert "secret" not in error.value.message


@pytest.mark.process
def test_server_and_file_hold_the_same(postgres: str, tmp_path: Path) -> None:
    """Row by row, whatever the names."""
    books = [open_book(str(tmp_path / "d.duckdb")), open_book(new_database(postgres))]
    names = [*HOSTILE, "é" * 800, "x" * 1_001, "serde", "Serde"]
    for book in books:
        for number in range(3):
            book.add(log(str(number), tally(dict.fromkeys(names[number:], number + 1))), NOON)
    for table in ("objects", "object_days", "downloads", "requests", "missed"):
        file, server = (sorted(book.rows(f"SELECT * FROM {table}")) for book in books)
        assert file == server
