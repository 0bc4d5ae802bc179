"""Takes message after message: counts the logs it tells of, and only then deletes it.

At every moment a log is counted and its message deleted, or the message will be seen again and what is counted already
is found to be so. Whatever cannot be done now comes again later, and after some times becomes a dead letter.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

from slipway.downloads.store import Log
from slipway.downloads.work.count import Done, Outcome
from slipway.downloads.work.events import NotAnEvent, arrivals
from slipway.downloads.work.queue import Message, Queue
from slipway.downloads.work.stop import Stop, Stopped

__all__ = ["Count", "Note", "Tell", "run", "work"]

Count: TypeAlias = Callable[[Log], Done]
Tell: TypeAlias = Callable[[Done], None]
Note: TypeAlias = Callable[[str], None]

_WAIT = 5  # seconds for a message; a worker that is stopped while it waits ends within them
_WAIT_ONCE = 1  # an answer to a long poll, however short, has asked all of SQS's servers
_AGAIN, _LONGEST = 30, 900  # seconds until what failed is tried again: the first time, doubled each time, at most
_TICK = 0.2  # seconds: signals reach the main thread alone, and only while it does not wait


def run(one: Callable[[], None], workers: int, stop: Stop) -> None:
    """Have so many threads do the same until all have ended. What one of them raises has the others stop, and is raised
    here when they have."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            one()
        except BaseException as error:
            failures.append(error)
            stop.ask()

    threads = [threading.Thread(target=guarded) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(_TICK)
    if failures:
        raise failures[0]


def work(queue: Queue, count: Count, tell: Tell, note: Note, stop: Stop, *, once: bool = False) -> None:
    """Work until asked to stop, or `once`: until the queue is empty. CloudError if the queue does not answer,
    StoreError if the database does not; what was in hand comes again."""
    while not stop.asked:
        received = queue.receive(_WAIT_ONCE if once else _WAIT)
        if once and not received:
            return
        for message in received:
            with queue.kept_hidden(message, note):
                wait = _handle(message, count, tell, stop)
            if wait is None:
                queue.delete(message)
            else:
                queue.hide(message, wait)


def _handle(message: Message, count: Count, tell: Tell, stop: Stop) -> int | None:
    """None if all that the message tells of is done, else in how many seconds it is to come again."""
    failed = False
    try:
        for log in arrivals(message.body):
            if stop.asked:
                return 0
            done = count(log)
            tell(done)
            failed = failed or done.outcome is Outcome.FAILED
    except Stopped:
        return 0
    except NotAnEvent as error:
        tell(Done(Log("", ""), Outcome.FAILED, 0, because=f"a message cannot be understood: {error}"))
        failed = True
    return min(_LONGEST, _AGAIN * 2 ** (message.received - 1)) if failed else None
