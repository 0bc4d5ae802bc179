"""Refuses a plan on a state that is known not to be the world.

The proof takes the state for what is there. Where somebody has changed something by hand it proves nothing. What git
does not explain, and merges that wait, are in the plan for everybody to see: those do not refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from slipway.ledger import Entry, Link
from slipway.preflight import Finding

if TYPE_CHECKING:
    from slipway.rollout.gates import Surroundings

__all__ = ["ID", "findings", "known"]

ID = "drift"
_FRESH = timedelta(hours=24)  # for which a check holds
_WRITING = ("apply", "rollback")


def findings(around: Surroundings) -> Sequence[Finding] | None:
    """What the newest check found; None if there was none for a day, or an apply since it found something."""
    return known(around.book.backwards(), around.stack, datetime.now(UTC))


def known(backwards: Iterable[Link], stack: str, now: datetime) -> Sequence[Finding] | None:
    """The same of the entries, newest first. A clean check outlives an apply: that changes what the state knows of."""
    applied = False
    for link in backwards:
        entry = link.entry
        if now - entry.at > _FRESH:
            return None
        applied = applied or entry.deed.kind in _WRITING
        if entry.deed.kind == "drift":
            left = _left(entry)
            if not left:
                return ()
            return None if applied else (_finding(entry, left, stack),)
    return None


def _left(entry: Entry) -> int:
    """How many things it left changed by hand; at least one where a check failed and does not say of what."""
    count = entry.deed.results.get("by_hand", int(entry.deed.outcome != "passed"))
    return count if isinstance(count, int) else 1


def _finding(entry: Entry, left: int, stack: str) -> Finding:
    things = "something that was" if left == 1 else f"{left} things that were"
    when = f"{entry.at:%Y-%m-%d %H:%M}Z"
    return Finding(
        ID,
        f"{entry.who} found {things} changed by hand, at {when} (entry {entry.number} of the ledger): "
        "the state this plan starts from is not what is there",
        f"Settle it: slipway drift {stack} --repair puts back what the program says, --adopt takes what is there "
        "into the state.",
    )
