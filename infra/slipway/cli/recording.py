"""Writes down in the ledger of a stack, if it has one, what a command found out or did."""

from __future__ import annotations

import sys
from pathlib import Path

from slipway import git
from slipway.config import StackConfig
from slipway.ledger import Book, Deed, Link, open_book
from slipway.located import located
from slipway.stack_settings import ledger_place

__all__ = ["book_of", "record"]


def book_of(config: StackConfig, directory: Path) -> Book | None:
    """The ledger that the settings in a directory name; None if they name none."""
    if config.ledger is None:
        return None
    place = ledger_place(config.ledger, directory)
    return open_book(place, config.environment)


def record(config: StackConfig | None, settings: Path, deed: Deed) -> Link | None:
    """Append a deed, with the commit, the settings and the lock file that it was done with; None without a ledger.
    CloudError, BadInput or Broken if it cannot be; what was found out has been told by then."""
    book = book_of(config, settings.parent) if config else None
    if book is None:
        return None
    link = book.append(located(deed, settings), git.author(settings.parent))
    print(f"slipway: written down as entry {link.entry.number} of the ledger of {book.environment}", file=sys.stderr)
    return link
