"""What Slipway got wrong itself, for whoever looks into it: a debug log of the exception at hand."""

from __future__ import annotations

__all__ = ["log_bug"]


def log_bug(what: str) -> None:
    """Log the exception that is being handled; the verdict says in its own words that something could not be asked."""
    import logging  # seldom needed, and a tenth of the time that a small plan takes

    logging.getLogger("slipway.preflight").debug(what, exc_info=True)
