"""Schedules: which of the waiting events of an apply goes next. Pure: the director brings the events and the time.

An event waits where the provider waits: before an operation does its work (`start`), and before the engine hears that
it is done (`end`). A provider is asked to create, update or delete, so replacements carry those words here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slipway.plan import Op
from slipway.preflight import Event

__all__ = ["PATIENCE", "Release", "Replay", "Schedule", "Shuffled", "as_called"]

PATIENCE = 3.0  # seconds; an engine that has sent nothing new for so long has nothing to send
_CALLED = {Op.CREATE_REPLACEMENT: Op.CREATE, Op.DELETE_REPLACED: Op.DELETE}


@dataclass(frozen=True, slots=True)
class Release:
    """Let this event happen. With a `failure` a starting operation is not done, and fails with these words."""

    event: Event
    failure: str = ""


class Schedule(Protocol):
    """Asked whenever nothing moves any more."""

    def choose(self, waiting: Sequence[Event], idle: float) -> Release | None:
        """What goes next, out of the events that wait, in the order of their arrival; None to wait for more. `idle`:
        the seconds for which nothing new has come."""


def as_called(event: Event) -> Event:
    """The event in the provider's words, which knows creates, updates and deletes."""
    return Event(event.event, _CALLED.get(event.op, event.op), event.urn)


@dataclass(slots=True)
class Shuffled:
    """A random one of the waiting events, always the same for the same seed and the same waiting events."""

    seed: int
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 an order to try, not a secret

    def choose(self, waiting: Sequence[Event], idle: float) -> Release | None:
        ranked = sorted(waiting, key=lambda event: (event.urn, event.op.value, event.event))
        return Release(self._dice.choice(ranked)) if ranked else None


@dataclass(slots=True)
class Replay:
    """Exactly the events of a run, in its order; nothing else moves until they are through, then all in turn.

    An operation of the run that the engine turns out not to do (a replacement that shrank to nothing) is `skipped`, as
    soon as everything else has waited for it long enough.
    """

    run: Sequence[Event]
    skipped: list[Event] = field(default_factory=list)
    _left: list[Event] = field(init=False)

    def __post_init__(self) -> None:
        self._left = [as_called(event) for event in self.run]

    @property
    def finished(self) -> bool:
        """Whether every event of the run is through."""
        return not self._left

    def choose(self, waiting: Sequence[Event], idle: float) -> Release | None:
        while self._left:
            event = self._left[0]
            if event in waiting:
                return Release(self._left.pop(0))
            if event.event == "end" or idle < PATIENCE or not waiting:
                return None  # What has begun comes to its end.
            self._skip(event)
        return Release(waiting[0]) if waiting else None

    def _skip(self, event: Event) -> None:
        """Give the event up, and with the start of an operation its end."""
        gone = {event, Event("end", event.op, event.urn)}
        self.skipped += [one for one in self._left if one in gone]
        self._left = [one for one in self._left if one not in gone]
