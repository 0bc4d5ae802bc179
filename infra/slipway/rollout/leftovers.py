"""To come."""

from __future__ import annotations

__all__ = ["clear_leftovers"]


def clear_leftovers(*words: object) -> None:
    """To come."""
