"""When a rollout may begin: within its window, outside its quiet times, by the wall clock of its time zone. Pure.

What the wall clock says is what counts: an hour that it skips in spring opens nothing, and one that it repeats in
autumn opens twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slipway.config import QuietConfig, RolloutConfig

__all__ = ["may_begin", "next_opening"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HORIZON = timedelta(days=400)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_QUARTER = 15  # minutes; the zones of our time differ from UTC by whole quarters of an hour, and change at such


def may_begin(config: RolloutConfig, now: datetime) -> str | None:
    """Why a rollout may not begin now, and when it next may; None if it may. `now` has a time zone."""
    why = _closed(config, now)
    if not why:
        return None
    opens = next_opening(config, now)
    if opens is None:
        return f"{why}; nor does it open within {_HORIZON.days} days"
    local = opens.astimezone(ZoneInfo(config.zone))
    return f"{why}; next from {_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M} {config.zone} ({opens:%Y-%m-%d %H:%M}Z)"


def next_opening(config: RolloutConfig, now: datetime) -> datetime | None:
    """The earliest moment from now on at which a rollout may begin, in UTC; None if there is none in 400 days."""
    now = now.astimezone(UTC)
    if not _closed(config, now):
        return now
    marks = _marks(config)
    moment, end = now.replace(second=0, microsecond=0) + _MINUTE, now + _HORIZON
    while moment < end:
        if moment.minute % _QUARTER in marks and not _closed(config, moment):
            return moment
        moment += _MINUTE
    return None


def _closed(config: RolloutConfig, now: datetime) -> str:
    """Why it is closed at a moment; empty if it is open."""
    local = now.astimezone(ZoneInfo(config.zone))
    window = config.window
    if window and not _within(window.hours, local, lambda day: _DAYS[day.weekday()] in window.days):
        hours = f" {window.hours}" if window.hours else ""
        here = f"{_DAYS[local.weekday()]} {local:%H:%M}"
        return f"the window is {', '.join(window.days)}{hours} ({config.zone}), and there it is {here}"
    for quiet in config.quiet:
        if _within(quiet.hours, local, quiet.holds_on):
            return f"it is quiet {_told(quiet)} ({config.zone})"
    return ""


def _within(hours: str | None, local: datetime, holds_on: Callable[[date], bool]) -> bool:
    """Whether a wall clock is within hours of a day that counts; hours over midnight are of the day they begin on."""
    today = local.date()
    if hours is None:
        return holds_on(today)
    begin, end = _minutes(hours)
    here = local.hour * 60 + local.minute
    if begin < end:
        return begin <= here < end and holds_on(today)
    return (here >= begin and holds_on(today)) or (here < end and holds_on(today - _DAY))


def _minutes(hours: str) -> tuple[int, int]:
    begin, end = (int(time[:2]) * 60 + int(time[3:]) for time in hours.split("-"))
    return begin, end


def _marks(config: RolloutConfig) -> frozenset[int]:
    """The minutes of a quarter of an hour at which something may begin or end; days do so with a quarter."""
    given = [config.window.hours if config.window else None, *(quiet.hours for quiet in config.quiet)]
    return frozenset({0, *(minute % _QUARTER for hours in given if hours for minute in _minutes(hours))})


def _told(quiet: QuietConfig) -> str:
    days = f"from {quiet.first} to {quiet.last}" if quiet.first else "every day"
    return f"{days}, {quiet.hours}" if quiet.hours else days
