"""The ledger: what was done to an environment, by whom and on what evidence; appended to, never changed.

entry     one deed, sealed by its hash and chained to the entry before it  (pure)
chain     whether files are a ledger, and where it is broken if not        (pure)
store     where the files lie: a folder, or a bucket of S3's
witness   what this machine has seen of a ledger, so that nobody cuts its end off
book      reads a ledger, and appends to it beside other writers
"""

from __future__ import annotations

from slipway.ledger.book import Book, open_book
from slipway.ledger.chain import Broken
from slipway.ledger.entry import KINDS, Deed, Entry, Kind, Link, Outcome, Value

__all__ = ["KINDS", "Book", "Broken", "Deed", "Entry", "Kind", "Link", "Outcome", "Value", "open_book"]
