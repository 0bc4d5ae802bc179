"""Who writes to ledgers in these tests, what, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from slipway.ledger import Book, Deed

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHO = "Ada <ada@example.org>"
Opener = Callable[..., Book]


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def deed(commit: str = "c0ffee", **more: object) -> Deed:
    return Deed(kind="preflight", outcome="approved", commit=commit, **more)  # type: ignore[arg-type]


def written(book: Book, count: int) -> list[str]:
    """That many deeds, a minute apart; their hashes."""
    return [book.append(deed(f"c{number}"), WHO, minutes(number)).hash for number in range(count)]
