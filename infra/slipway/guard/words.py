"""What the guard and whoever runs the engine have agreed upon."""

from __future__ import annotations

__all__ = ["APPLY", "BY", "BY_HAND"]

APPLY = "SLIPWAY_APPLY"
"""The environment variable that names the ledger's entry with which an apply was begun."""

BY = "by"
BY_HAND = "pulumi up"
"""What the guard notes of an apply that nobody else has begun: of such a one nobody notes the end, either."""
