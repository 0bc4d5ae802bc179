"""Times to live that are out of order: minimum above default, or default above maximum."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from slipway.preflight.resources import Number

__all__ = ["Ttls", "out_of_order"]

Ttls: TypeAlias = tuple[Number, Number, Number]
"""Minimum, default and maximum in seconds, as far as given."""

_NAMES = ("minimum", "default", "maximum")


def out_of_order(ttls: Ttls) -> str:
    """What is wrong with them in words; "" if nothing is, or nobody knows."""
    known: Sequence[tuple[str, int | float]] = [
        (name, ttl) for name, ttl in zip(_NAMES, ttls, strict=True) if isinstance(ttl, (int, float))
    ]
    for (low_name, low), (high_name, high) in combinations(known, 2):
        if low > high:
            return f"its {low_name} TTL of {low:g} s is above its {high_name} TTL of {high:g} s"
    return ""
