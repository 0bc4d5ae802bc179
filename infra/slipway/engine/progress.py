"""Say on standard error how something slow is getting on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.status import Status
from rich.text import Text

__all__ = ["Progress", "on_stderr"]

_EVERY = 5.0  # seconds between two plain lines


class Progress(Protocol):
    """Where progress is told."""

    def note(self, text: str) -> None:
        """Tell something that stays worth knowing."""

    def tick(self, text: str) -> None:
        """Tell where things stand now; may come many times a second."""

    def rest(self) -> None:
        """Leave the terminal to somebody else until the next tick."""


class _Lines:
    """Plain lines, for logs and pipes: the first tick at once, then one every few seconds."""

    def __init__(self) -> None:
        self._due = 0.0

    def note(self, text: str) -> None:
        print(f"slipway: {text}", file=sys.stderr, flush=True)

    def tick(self, text: str) -> None:
        if (now := time.monotonic()) >= self._due:
            self._due = now + _EVERY
            self.note(text)

    def rest(self) -> None:
        pass


class _Spinner:
    """One line that renews itself, for a terminal; it appears with the first tick."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status

    def note(self, text: str) -> None:
        self._console.print(Text(f"slipway: {text}"), soft_wrap=True)

    def tick(self, text: str) -> None:
        self._status.update(Text(text))
        self._status.start()

    def rest(self) -> None:
        self._status.stop()


@contextmanager
def on_stderr() -> Iterator[Progress]:
    """Progress on standard error, in the form that fits what it is connected to."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    status = console.status("")
    try:
        yield _Spinner(console, status)
    finally:
        status.stop()
