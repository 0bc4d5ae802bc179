"""A zone and buckets that are protected, and a bucket that is not."""

from __future__ import annotations

from cdn import Site


def good() -> None:
    Site()


def bad() -> None:
    Site(bucket=lambda args: args.pop("opts"))
