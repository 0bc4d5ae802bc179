"""Message after message: deleted when all that it tells of is done, and never before."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from logfiles import cloudfront, write

from slipway.downloads.store import Book, Log, StoreError, open_book
from slipway.downloads.work.count import Done, Outcome, count
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.loop import run, work
from slipway.downloads.work.queue import Message
from slipway.downloads.work.stop import Stop, Stopped
from slipway.errors import CloudError


class Letters:
    """A queue in memory. Hidden messages come again when they are looked for: no time passes here."""

    def __init__(self, *bodies: str, deletes: bool = True) -> None:
        self.waiting = deque(Message(body, str(number), 1) for number, body in enumerate(bodies))
        self.deleted: list[str] = []
        self.given_back: list[tuple[str, int]] = []
        self.deletes = deletes

    def receive(self, wait: int = 0, most: int = 1) -> list[Message]:
        return [self.waiting.popleft()] if self.waiting else []

    @contextmanager
    def kept_hidden(self, message: Message, note: Callable[[str], None]) -> Iterator[None]:
        yield

    def delete(self, message: Message) -> None:
        if not self.deletes:
            raise CloudError("the network is gone")
        self.deleted.append(message.body)

    def hide(self, message: Message, seconds: int) -> None:
        self.given_back.append((message.body, seconds))


def event(*logs: Log) -> str:
    records = [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": log.source.removeprefix("s3://")}, "object": {"key": log.key}},
        }
        for log in logs
    ]
    return json.dumps({"Records": records})


LOGS = [Log("s3://logs", name) for name in ("a", "b", "c")]


def told(letters: Letters, outcomes: dict[str, Outcome], stop: Stop | None = None) -> list[Done]:
    done: list[Done] = []
    counted = lambda log: Done(log, outcomes.get(log.key, Outcome.COUNTED), 0)  # noqa: E731
    work(letters, counted, done.append, done.append, stop or Stop(), once=True)  # type: ignore[arg-type]
    return done


def test_message_is_deleted_when_all_its_logs_are_done() -> None:
    """Counted, or gone, or found to be counted: nothing more is to be done."""
    letters = Letters(event(*LOGS), event(LOGS[0]))
    done = told(letters, {"b": Outcome.GONE, "c": Outcome.AGAIN})
    assert [each.log.key for each in done] == ["a", "b", "c", "a"]
    assert len(letters.deleted) == 2
    assert letters.given_back == []


def test_message_comes_again_if_one_of_its_logs_failed() -> None:
    """Later each time, so that it dies slowly if it must; the other logs are tried as well."""
    letters = Letters(event(*LOGS))
    letters.waiting.append(Message(event(LOGS[1]), "x", 3))
    letters.waiting.append(Message(event(LOGS[1]), "y", 99))
    assert len(told(letters, {"b": Outcome.FAILED})) == 5
    assert letters.deleted == []
    assert [seconds for _, seconds in letters.given_back] == [30, 120, 900]


def test_what_is_not_understood_is_said_and_left_for_the_dead_letters() -> None:
    """Nothing is deleted that nobody understood."""
    letters = Letters("{")
    (done,) = told(letters, {})
    assert (done.outcome, letters.deleted, letters.given_back) == (Outcome.FAILED, [], [("{", 30)])
    assert "no JSON" in done.because


def test_message_without_logs_is_deleted() -> None:
    """S3's test event."""
    letters = Letters(json.dumps({"Event": "s3:TestEvent"}))
    assert told(letters, {}) == []
    assert len(letters.deleted) == 1


def test_stop_gives_back_at_once_what_was_not_begun() -> None:
    """What is done of the message stays done."""
    letters, stop = Letters(event(*LOGS), event(LOGS[0])), Stop()
    done: list[Done] = []

    def tell(each: Done) -> None:
        done.append(each)
        stop.ask()

    work(letters, lambda log: Done(log, Outcome.COUNTED, 0), tell, print, stop)  # type: ignore[arg-type]
    assert [each.log.key for each in done] == ["a"]
    assert letters.given_back == [(event(*LOGS), 0)]
    assert len(letters.waiting) == 1


def test_log_that_was_left_is_given_back_at_once() -> None:
    """Another worker may have it now."""

    def stopped(log: Log) -> Done:
        stop.ask()
        raise Stopped

    letters, stop = Letters(event(LOGS[0])), Stop()
    work(letters, stopped, print, print, stop)  # type: ignore[arg-type]
    assert letters.given_back == [(event(LOGS[0]), 0)]


def test_database_that_fails_ends_the_work_and_deletes_nothing() -> None:
    """Every worker ends; what they had comes again."""

    def failing(log: Log) -> Done:
        raise StoreError("no database")

    letters, stop = Letters(*[event(log) for log in LOGS]), Stop()
    with pytest.raises(StoreError):
        run(lambda: work(letters, failing, print, print, stop), 2, stop)  # type: ignore[arg-type]
    assert letters.deleted == []


def test_several_workers_share_the_queue() -> None:
    """Two at a time: each waits for the other."""
    both = threading.Barrier(2, timeout=20)

    def counted(log: Log) -> Done:
        both.wait()
        return Done(log, Outcome.COUNTED, 0)

    letters, stop = Letters(event(LOGS[0]), event(LOGS[1])), Stop()
    run(lambda: work(letters, counted, lambda _: None, print, stop, once=True), 2, stop)  # type: ignore[arg-type]
    assert len(letters.deleted) == 2


def test_crash_between_commit_and_delete_counts_nothing_twice(place: str, tmp_path: Path) -> None:
    """The message comes again, and the log is found to be counted."""
    book = open_book(place)
    log = write(tmp_path, "a.gz", cloudfront("serde"))
    done: list[Done] = []

    def deliver(deletes: bool) -> None:
        letters = Letters(event(Log("s3://logs", "a")), deletes=deletes)
        work(letters, lambda _: count(book, Logs(), log), done.append, print, Stop(), once=True)  # type: ignore[arg-type]

    with pytest.raises(CloudError):
        deliver(deletes=False)
    deliver(deletes=True)
    assert [each.outcome for each in done] == [Outcome.COUNTED, Outcome.AGAIN]
    assert _total(book) == 1


def _total(book: Book) -> int:
    return int(book.rows("SELECT sum(downloads) FROM downloads")[0][0])
