"""Writes down in the ledger of a stack, if it has one, what a command found out or did."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import msgspec

from slipway import git
from slipway.config import StackConfig
from slipway.ledger import Book, Deed, Link, open_book
from slipway.preflight import Verdict
from slipway.rollout.installed import lock_of
from slipway.stack_settings import ledger_place, settings_digest

__all__ = ["book_of", "judged", "record"]


def book_of(config: StackConfig, directory: Path) -> Book | None:
    """The ledger that the settings in a directory name; None if they name none."""
    if config.ledger is None:
        return None
    place = ledger_place(config.ledger, directory)
    return open_book(place, config.environment)


def judged(deed: Deed, verdict: Verdict) -> Deed:
    """A deed with the changes and the proof of a verdict."""
    return msgspec.structs.replace(
        deed,
        changes=tuple(change.title for change in verdict.changes),
        proof=dict(sorted(Counter(hostname.status for hostname in verdict.hostnames).items())),
    )


def record(config: StackConfig | None, settings: Path, deed: Deed) -> Link | None:
    """Append a deed, with the commit, the settings and the lock file that it was done with; None without a ledger.
    CloudError, BadInput or Broken if it cannot be; what was found out has been told by then."""
    book = book_of(config, settings.parent) if config else None
    if book is None:
        return None
    here = settings.parent
    lock = lock_of(here)
    whole = msgspec.structs.replace(
        deed,
        commit=git.commit(here),
        config=settings_digest(settings),
        results={**deed.results, **({"lock": settings_digest(lock)} if lock else {})},
    )
    link = book.append(whole, git.author(here))
    print(f"slipway: written down as entry {link.entry.number} of the ledger of {book.environment}", file=sys.stderr)
    return link
