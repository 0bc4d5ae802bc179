"""What the guard and whoever runs the engine have agreed upon."""

from __future__ import annotations

__all__ = ["APPLY"]

APPLY = "SLIPWAY_APPLY"
"""The environment variable that names the ledger's entry with which an apply was begun."""
