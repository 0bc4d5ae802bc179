"""Route 53's changes: PENDING until every name server has them, then INSYNC.

Source: Route 53 API Reference, GetChange and ChangeInfo. MiniStack 1.5.33 says PENDING the first time it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import route53

from slipway.cloud import clock
from slipway.cloud.ministack.home import directory
from slipway.cloud.ministack.journal import Journal

__all__ = ["install"]

_SPREAD = "_slipway"  # the member of MiniStack's change that holds our Pending; it writes none that it does not know

_new_change: Callable[..., dict[str, Any]] = route53._new_change
_build_change: Callable[[Any, dict[str, Any]], None] = route53._build_change_info_el


def install(journal: Journal) -> None:
    """Let MiniStack answer with the status that the clock gives."""

    def begun(comment: str = "") -> dict[str, Any]:
        found = clock.read(directory())
        change = _new_change(comment)
        # The call that makes the change writes the journal's next entry: nothing runs in between.
        change[_SPREAD] = journal.spreading(found, found.durations.record, journal.last + 1)
        return change

    def shown(parent: Any, change: dict[str, Any]) -> None:
        spread = journal.has_spread(change[_SPREAD])
        _build_change(parent, {**change, "status": "INSYNC" if spread else "PENDING"})

    route53._new_change = begun
    route53._build_change_info_el = shown
