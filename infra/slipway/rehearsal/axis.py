"""What both pictures of a timeline share: which lanes there are, and where on the axis a moment lies. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.plan import urn_name
from slipway.rehearsal.timeline import Operation, Timeline, Watched

__all__ = ["Axis", "axis_of", "clock_text", "shown", "title"]

_MOST = 40  # lanes of a kind; a picture of more is not looked at


@dataclass(frozen=True, slots=True)
class Axis:
    """Seconds from `began` to `ended`, laid out over `width` units."""

    began: float
    ended: float
    width: float

    def at(self, moment: float) -> float:
        """Where a moment lies, from 0 to `width`; what is outside lies at an end."""
        share = (moment - self.began) / max(self.ended - self.began, 1e-9)
        return min(max(share, 0.0), 1.0) * self.width

    @property
    def step(self) -> float:
        """Seconds between two marks: a round number of minutes, about eight marks in all."""
        wanted = (self.ended - self.began) / 8
        return next((60.0 * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 240) if 60.0 * n >= wanted), 60.0 * 480)


def axis_of(timeline: Timeline, width: float) -> Axis:
    """From a little before the first operation, or the first outage, to the end of the watching."""
    first = min((each.dark[0].began for each in timeline.hostnames if each.dark), default=0.0)
    span = max(timeline.ended, 60.0)
    return Axis(min(-0.05 * span, first), span, width)


def shown(timeline: Timeline) -> tuple[list[Operation], list[Watched], int]:
    """The operations and hostnames that get a lane, the dark ones first, and how many lanes are left out."""
    names = sorted(timeline.hostnames, key=lambda each: -each.dark_seconds)
    left = max(len(timeline.operations) - _MOST, 0) + max(len(names) - _MOST, 0)
    return list(timeline.operations[:_MOST]), names[:_MOST], left


def title(operation: Operation) -> str:
    """An operation in two words."""
    return f"{operation.op} {urn_name(operation.urn)}"


def clock_text(seconds: float) -> str:
    """Seconds as a person reads them: 45 s, 10 min, 12 min 30 s, 2 h 5 min."""
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{sign}{hours} h" + (f" {minutes} min" if minutes else "")
    if minutes:
        return f"{sign}{minutes} min" + (f" {rest} s" if rest else "")
    return f"{sign}{rest} s"
