"""The ledger: what was done to an environment, by whom and on what evidence; appended to, never changed.

entry     one deed, sealed by its hash and chained to the entry before it  (pure)
chain     whether files are a ledger, and where it is broken if not        (pure)
store     where the files lie: a folder, or a bucket of S3's
witness   what this machine has seen of a ledger, so that nobody cuts its end off
book      reads a ledger, and appends to it beside other writers
history   what the entries amount to: what is deployed, what is under way  (pure)
"""

from __future__ import annotations

from slipway.ledger.book import Book, Overtaken, open_book
from slipway.ledger.chain import Broken
from slipway.ledger.entry import KINDS, Deed, Entry, Kind, Link, Outcome, Step, Value
from slipway.ledger.history import deployed, newest, under_way

__all__ = [
    "KINDS",
    "Book",
    "Broken",
    "Deed",
    "Entry",
    "Kind",
    "Link",
    "Outcome",
    "Overtaken",
    "Step",
    "Value",
    "deployed",
    "newest",
    "open_book",
    "under_way",
]
