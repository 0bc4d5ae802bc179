"""Days as they are typed."""

from __future__ import annotations

from datetime import date

import typer

__all__ = ["day"]


def day(text: str) -> date:
    """A day of the calendar: the parser of options and arguments that are one. BadParameter names them."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:  # 20260820 and 2026-W34-4 are days to Python, too
        raise typer.BadParameter(f"{text!r} is no day; give it as 2026-08-20")
    return found
