"""What is usual for a service, from its minutes before; and whether a number lies outside it.

Traffic has a rhythm and bursts. So the middle is a median, the width is the middle nine tenths, and what counts as more
or less than usual must be a large factor away, outside the width by the width's own factor, and beyond what chance does
to small counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slipway.watch.series import Point

__all__ = ["ENOUGH", "MINUTES", "Baseline", "Usual"]

# Requests a minute below which one client is a large share of them all; the alarms on errors have the same limit
# (components/alarms.py).
ENOUGH = 20
# Minutes: what a baseline looks back on, and the least it needs.
MINUTES, LEAST = 60, 20
# Shares of the middle. The last is of the quiet minutes: below it, they say nothing about a tenth.
_MORE, _LESS, _SILENT, _QUIET = 1.5, 0.7, 0.1, 0.3
_CHANCE_UP, _CHANCE_DOWN = 5, 4  # standard deviations of a count by chance alone


@dataclass(frozen=True, slots=True)
class Usual:
    """The fifth, the fiftieth and the ninety-fifth percentile of a number by the minute."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Usual:
        """Of at least one value."""
        ordered = sorted(values)
        return cls(*(ordered[round(share * (len(ordered) - 1))] for share in (0.05, 0.5, 0.95)))

    def is_more(self, value: float) -> bool:
        """Half as much again at least, and outside the usual range; the values are counts."""
        beyond = self.high * self.high / self.middle if self.middle else self.high
        return value > max(_MORE * self.middle, beyond, self.middle + _CHANCE_UP * math.sqrt(self.middle))

    def is_less(self, value: float, *, counted: bool = True) -> bool:
        """Three tenths less at least, and outside the usual range. Bytes are measured, not `counted`."""
        beyond = self.low * self.low / self.middle if self.middle else 0.0
        return value < min(_LESS * self.middle, beyond, _by_chance(self.middle) if counted else math.inf)

    def is_low(self, value: float) -> bool:
        """Three tenths less at least, and in the lower end of the usual range: enough beside other evidence."""
        return value < min(_LESS * self.middle, self.low, _by_chance(self.middle))

    def is_silent(self, value: float, *, counted: bool = True) -> bool:
        """A tenth of the usual or less, where even the quiet minutes are far from that."""
        limit = min(_SILENT * self.middle, _by_chance(self.low) if counted else math.inf)
        return self.low >= _QUIET * self.middle > 0 and value <= limit

    @property
    def is_steady(self) -> bool:
        """Whether silence would be told from a pause; the values are counts."""
        return self.is_silent(0)


def _by_chance(count: float) -> float:
    """What chance alone does not fall below where `count` is the mean."""
    return count - _CHANCE_DOWN * math.sqrt(count)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for a service: numbers by the minute, and what percentage of all its answers were
    5xx. Of 4xx a scanner makes many in one minute and none in the next."""

    minutes: int
    requests: Usual
    successes: Usual
    bytes: Usual
    rate_4xx: Usual
    rate_5xx: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> Baseline | None:
        """Of the given minutes; None without any."""
        if not points:
            return None
        requests = sum(point.requests for point in points)
        return cls(
            minutes=len(points),
            requests=Usual.of(point.requests for point in points),
            successes=Usual.of(point.successes for point in points),
            bytes=Usual.of(point.bytes for point in points),
            rate_4xx=Usual.of(point.rate_4xx for point in points),
            rate_5xx=100 * sum(point.errors_5xx for point in points) / requests if requests else 0.0,
        )

    def doubt(self, error_percent: float) -> str:
        """Why nothing can be told by this baseline; empty if it can. `error_percent` is the limit of 5xx answers."""
        if self.minutes < LEAST:
            return f"{self.minutes} minutes of data before, and {LEAST} are needed"
        if self.requests.middle < ENOUGH:
            return f"usually {self.requests.middle:,.0f} requests a minute, and {ENOUGH} are needed"
        if self.rate_5xx > error_percent:
            return f"{self.rate_5xx:.1f} % of the answers were 5xx before already"
        if not self.requests.is_steady:
            return "requests come too unevenly to tell a pause from silence"
        return ""
