"""A public access block with all of its settings, and with one left out."""

from __future__ import annotations

from cdn import Site


def good() -> None:
    Site()


def bad() -> None:
    Site(block=lambda args: args.pop("block_public_policy"))
