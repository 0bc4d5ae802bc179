"""How work is asked to end."""

from __future__ import annotations

import threading
import time

__all__ = ["Stop", "Stopped"]


class Stopped(Exception):
    """What was under way was left where it was; nothing of it was written."""


class Stop:
    """Asked once: nothing new is begun, and a log that is being read has `grace` seconds more. Asked twice: none."""

    def __init__(self, grace: float = 5.0) -> None:
        self._grace = grace
        self._asked = threading.Event()
        self._until = 0.0

    def ask(self) -> None:
        """Ask for the end; safe in a signal's handler."""
        self._until = 0.0 if self._asked.is_set() else time.monotonic() + self._grace
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._asked.is_set()

    def check(self) -> None:
        """Raise Stopped if there is no time left."""
        if self.asked and time.monotonic() > self._until:
            raise Stopped
