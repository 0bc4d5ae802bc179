"""When a rollout may begin, by the wall clock: weekdays, nights, quiet days, hours that a clock skips or repeats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.config import QuietConfig, RolloutConfig, WindowConfig
from slipway.rollout.window import may_begin, next_opening

MINUTE = timedelta(minutes=1)
WORKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": "09:00-16:00"}


def config(zone: str = "UTC", window: dict[str, Any] | None = None, *quiet: dict[str, Any]) -> RolloutConfig:
    return RolloutConfig(
        zone=zone,
        window=WindowConfig(**window) if window else None,
        quiet=tuple(QuietConfig(**each) for each in quiet),
    )


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """A moment by the wall clock of a zone; `fold` is 1 for the second time that it says so."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def opens(found: RolloutConfig, now: datetime) -> str:
    """The next opening in UTC."""
    moment = next_opening(found, now)
    return f"{moment:%a %Y-%m-%d %H:%M}" if moment else "never"


def test_without_settings_it_may_begin_at_any_time() -> None:
    assert may_begin(RolloutConfig(), at("2026-11-22T03:00")) is None


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-11-20T09:00:00", True),
        ("2026-11-20T15:59:59", True),
        ("2026-11-20T16:00:00", False),
        ("2026-11-20T08:59:59", False),
        ("2026-11-21T12:00:00", False),
    ],
)
def test_a_window_opens_at_its_first_minute_and_closes_at_its_last(now: str, open_: bool) -> None:
    assert (may_begin(config("UTC", WORKDAYS), at(now)) is None) is open_


def test_it_says_why_not_and_when_next_by_both_clocks() -> None:
    """A Saturday, in Berlin."""
    assert may_begin(config("Europe/Berlin", WORKDAYS), at("2026-11-21T13:05")) == (
        "the window is mon, tue, wed, thu, fri 09:00-16:00 (Europe/Berlin), and there it is sat 14:05; next from mon "
        "2026-11-23 09:00 Europe/Berlin (2026-11-23 08:00Z)"
    )


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    nights = config("UTC", {"days": ["fri"], "hours": "22:00-02:00"})
    assert may_begin(nights, at("2026-11-21T01:59")) is None  # a Saturday
    assert may_begin(nights, at("2026-11-20T01:59")) is not None  # a Friday
    assert opens(nights, at("2026-11-21T02:00")) == "Fri 2026-11-27 22:00"


def test_a_day_may_end_at_24() -> None:
    assert may_begin(config("UTC", {"hours": "22:00-24:00"}), at("2026-11-20T23:59")) is None


def test_quiet_days_are_quiet_to_their_last_minute() -> None:
    feast = config("UTC", None, {"first": date(2026, 12, 24), "last": date(2026, 12, 26)})
    assert may_begin(feast, at("2026-12-23T23:59")) is None
    assert opens(feast, at("2026-12-24T00:00")) == "Sun 2026-12-27 00:00"
    assert may_begin(feast, at("2026-12-26T23:59")) == (
        "it is quiet from 2026-12-24 to 2026-12-26 (UTC); next from sun 2026-12-27 00:00 UTC (2026-12-27 00:00Z)"
    )


def test_quiet_hours_within_a_window_part_it() -> None:
    lunch = config("UTC", WORKDAYS, {"hours": "12:10-12:50"})
    assert opens(lunch, at("2026-11-20T12:10")) == "Fri 2026-11-20 12:50"
    assert may_begin(lunch, at("2026-11-20T12:09")) is None


def test_what_is_never_open_says_so() -> None:
    never = config("UTC", {"hours": "09:00-10:00"}, {"hours": "08:00-11:00"})
    assert next_opening(never, at("2026-11-20T12:00")) is None
    assert str(may_begin(never, at("2026-11-20T12:00"))).endswith("nor does it open within 400 days")


def test_a_window_in_the_hour_that_the_clock_skips_opens_when_it_has_skipped() -> None:
    """In Berlin, 2027-03-28 has no 02:00 to 03:00."""
    early = config("Europe/Berlin", {"days": ["sun"], "hours": "02:30-05:00"})
    assert opens(early, at("2027-03-28T00:00")) == "Sun 2027-03-28 01:00"
    gone = config("Europe/Berlin", {"days": ["sun"], "hours": "02:15-02:45"})
    assert opens(gone, at("2027-03-28T00:00")) == "Sun 2027-04-04 00:15"


def test_a_window_in_the_hour_that_the_clock_repeats_opens_twice() -> None:
    """In Berlin, 2026-10-25 has 02:00 to 03:00 twice."""
    twice = config("Europe/Berlin", {"days": ["sun"], "hours": "02:15-02:45"})
    for fold in (0, 1):
        assert may_begin(twice, at("2026-10-25T02:20", "Europe/Berlin", fold)) is None
    assert opens(twice, at("2026-10-25T02:45", "Europe/Berlin")) == "Sun 2026-10-25 01:15"


def test_a_zone_that_moves_by_half_an_hour_is_met() -> None:
    """On Lord Howe Island the clock goes from 01:59 to 02:30, on 2026-10-04."""
    early = config("Australia/Lord_Howe", {"days": ["sun"], "hours": "02:10-04:00"})
    assert opens(early, at("2026-10-03T12:00")) == "Sat 2026-10-03 15:30"


ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu",
    "America/St_Johns", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia",
)  # fmt: skip
# Around changes of the clocks in most of them, and any time.
STARTS = ("2026-10-24T12:00", "2026-10-03T06:00", "2027-03-27T12:00", "2027-03-13T20:00", "2026-12-30T00:00")
TIMES = st.tuples(st.integers(0, 23), st.sampled_from((0, 7, 10, 15, 30, 45, 59))).map(lambda t: f"{t[0]:02}:{t[1]:02}")
HOURS = st.tuples(TIMES, TIMES | st.just("24:00")).filter(lambda t: t[0] != t[1] and t != ("00:00", "24:00"))
DAYS = st.lists(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1, unique=True)
QUIET_DAYS = st.tuples(st.sampled_from(STARTS), st.integers(0, 2), st.integers(0, 2)).map(
    lambda t: [date.fromisoformat(t[0][:10]) + timedelta(days=each) for each in (t[1], t[1] + t[2])]
)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.none() | st.tuples(DAYS, st.none() | HOURS),
    st.lists(st.tuples(QUIET_DAYS, st.none() | HOURS) | st.tuples(st.none(), HOURS), max_size=2),
    st.sampled_from(STARTS),
    st.integers(0, 3600),
)
def test_the_next_opening_is_the_first_minute_that_is_open(
    zone: str,
    window: tuple[list[str], tuple[str, str] | None] | None,
    quiet: list[tuple[list[date] | None, tuple[str, str] | None]],
    start: str,
    wait: int,
) -> None:
    """Against a walk over every minute of two days, by what a clock on the wall would show."""
    found = config(
        zone,
        {"days": window[0], "hours": "-".join(window[1]) if window[1] else None} if window else None,
        *(
            {
                "first": days[0] if days else None,
                "last": days[1] if days else None,
                "hours": "-".join(hours) if hours else None,
            }
            for days, hours in quiet
        ),
    )

    def within(hours: tuple[str, str] | None, wall: str, today: bool, yesterday: bool) -> bool:
        if hours is None:
            return today
        begin, end = hours
        if begin < end:
            return today and begin <= wall < end
        return (today and wall >= begin) or (yesterday and wall < end)

    def is_open(moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(zone))
        wall, today, yesterday = local.strftime("%H:%M"), local.date(), local.date() - timedelta(days=1)
        names = [day.strftime("%a").lower() for day in (today, yesterday)]
        if window and not within(window[1], wall, names[0] in window[0], names[1] in window[0]):
            return False
        return not any(
            within(hours, wall, *(days is None or days[0] <= day <= days[1] for day in (today, yesterday)))
            for days, hours in quiet
        )

    now = at(start) + wait * MINUTE
    walked = [now + count * MINUTE for count in range(2 * 24 * 60)]
    first = next((moment for moment in walked if is_open(moment)), None)
    opening = next_opening(found, now)
    assert opening == first if first else opening is None or opening > walked[-1]
    assert (may_begin(found, now) is None) == is_open(now)
    assert opening is None or opening.tzinfo is UTC
