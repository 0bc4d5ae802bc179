"""Overwriting a validation record, and a record that clients ask for."""

from __future__ import annotations

from cdn import Site


def good() -> None:
    Site(proof=lambda args: args.update(allow_overwrite=True))


def bad() -> None:
    Site(record=lambda args: args.update(allow_overwrite=True))
