"""Two buckets, with a public access block each, and with one for both."""

from __future__ import annotations

from cdn import Site


def good() -> None:
    Site()


def bad() -> None:
    Site(without=["block"])
