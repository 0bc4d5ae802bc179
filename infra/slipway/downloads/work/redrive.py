"""Dead letters: how many there are, what they tell of, and back to the queue with them.

Each is sent first and deleted then. A crash in between has it in both queues, and the log is counted once anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from slipway.downloads.work.events import NotAnEvent, arrivals
from slipway.downloads.work.queue import Message, Queue
from slipway.errors import CloudError

__all__ = ["move", "sample"]

_SAMPLE = 10


def sample(dead: Queue) -> list[str]:
    """What up to ten of the dead letters tell of; they stay where they are."""
    messages = dead.receive(most=_SAMPLE)
    for message in messages:
        with suppress(CloudError):  # then it is seen again when its time is over
            dead.hide(message, 0)
    return [_told(message) for message in messages]


def move(dead: Queue, queue: Queue) -> Iterator[int]:
    """Move those that wait now back to the queue; how many by now, after each. One that dies again meanwhile stays."""
    waiting = dead.waiting()
    for number, message in enumerate(islice(_all(dead), waiting), 1):
        queue.send(message.body)
        dead.delete(message)
        yield number


def _all(dead: Queue) -> Iterator[Message]:
    while messages := dead.receive(wait=1):
        yield from messages


def _told(message: Message) -> str:
    try:
        logs = arrivals(message.body)
    except NotAnEvent as error:
        return f"not understood, {error}: {message.body}"
    return ", ".join(f"{log.source}/{log.key}" for log in logs) or "no log"
