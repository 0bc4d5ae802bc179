"""When the operations of an apply began and ended, as whoever directs it writes it down."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from slipway.cloud.clock import Clock
from slipway.plan import Op, parse_urn
from slipway.rehearsal.cues import Call
from slipway.rehearsal.timeline import Operation

__all__ = ["Times"]


@dataclass(eq=False, slots=True)
class _Entry:
    call: Call
    began: float
    ended: float | None = None
    failure: str = ""


@dataclass(slots=True)
class Times:
    """By our monotonic clock."""

    _entries: list[_Entry] = field(default_factory=list)

    @property
    def first(self) -> float:
        """When the first operation began; 0 if none did."""
        return min((each.began for each in self._entries), default=0.0)

    def began(self, call: Call, failure: str = "") -> None:
        """It begins now; with what befalls it, if it will have no end."""
        self._entries.append(_Entry(call, time.monotonic(), None, failure))

    def ended(self, call: Call, failure: str) -> None:
        """It took effect, or failed with these words, just now."""
        for each in self._entries:
            if each.call is call:
                each.ended, each.failure = time.monotonic(), failure

    def created(self, *types: str) -> int:
        """How many resources of these types have been created so far."""
        done = [each.call for each in self._entries if each.ended is not None and not each.failure]
        urns = [parse_urn(call.urn) for call in done if call.op is Op.CREATE]
        return sum(urn is not None and urn.type in types for urn in urns)

    def operations(self, clock: Clock, since: float) -> tuple[Operation, ...]:
        """What has happened, in the cloud's seconds since that moment, in the order of the beginnings."""

        def after(moment: float) -> float:
            return clock.scaled(moment - since)

        return tuple(
            Operation(
                each.call.op.value,
                each.call.urn,
                after(each.began),
                None if each.ended is None else after(each.ended),
                each.failure,
            )
            for each in sorted(self._entries, key=lambda each: each.began)
        )
