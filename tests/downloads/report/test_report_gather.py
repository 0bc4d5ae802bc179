"""What a report holds, from what the counting database holds."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from slipway.downloads.report.model import Crate, Minute, Period, Version
from slipway.errors import BadInput


def test_totals_by_day_and_cdn(month) -> None:
    report = month.reported()
    assert report.period == Period(date(2026, 8, 1), date(2026, 8, 9))
    assert report.total == 5 * 1252 + 3 * 1312
    assert report.by_cdn == {"cloudfront": 8 * 952, "fastly": 5 * 300 + 3 * 360}
    assert report.days[0].downloads == {"cloudfront": 952, "fastly": 300}
    assert report.days[0].share("fastly") == pytest.approx(100 * 300 / 1252)


def test_days_without_counts_are_named_and_are_no_days(month) -> None:
    report = month.reported(first="2026-07-30", last="2026-08-10")
    assert [day.date.day for day in report.days] == [1, 2, 3, 4, 5, 6, 8, 9]
    stretches = [((7, 30), (7, 31)), ((8, 7), (8, 7)), ((8, 10), (8, 10))]
    assert report.missing == tuple(Period(date(2026, *first), date(2026, *last)) for first, last in stretches)


def test_only_the_days_asked_for_take_part(month) -> None:
    report = month.reported(first="2026-08-02", last="2026-08-03")
    assert report.total == 2 * 1252
    assert report.crates[0] == Crate("serde", 2 * 950)
    assert report.newest == datetime(2026, 8, 3, 23, 59)
    assert {minute.minute.day for minute in report.worst} == {2, 3}
    assert {spelling.requests for spelling in report.spellings} == {2 * 5, 2 * 2}


def test_most_downloaded_come_first_and_ties_by_name(counts) -> None:
    for name in ("b", "a", "c", "B"):
        counts.download("2026-08-01", name, 5)
    counts.download("2026-08-01", "c", 1, version="2.0.0").download("2026-08-02", "c", 1, version="2.0.0")
    report = counts.reported(top=3)
    assert report.crates == (Crate("c", 7), Crate("B", 5), Crate("a", 5))
    assert report.versions == (Version("B", "1.0.0", 5), Version("a", "1.0.0", 5), Version("b", "1.0.0", 5))


def test_worst_minutes_are_those_least_served(counts) -> None:
    """Not those of a few requests, nor those without a failure; 3xx is served, 000 is not."""
    for minute, status, count in (
        ("2026-08-01 10:00", "200", 90), ("2026-08-01 10:00", "404", 10),
        ("2026-08-01 10:01", "200", 50), ("2026-08-01 10:01", "000", 50),
        ("2026-08-01 10:02", "302", 500),
        ("2026-08-01 10:03", "500", 19),
        ("2026-08-01 10:04", "206", 19), ("2026-08-01 10:04", "-", 1),
    ):  # fmt: skip
        counts.request(minute, count, status=status)
    assert counts.reported().worst == (
        Minute(datetime(2026, 8, 1, 10, 1), 100, 50),
        Minute(datetime(2026, 8, 1, 10, 0), 100, 90),
        Minute(datetime(2026, 8, 1, 10, 4), 20, 19),
    )


def test_sums_may_be_more_than_a_bigint(counts) -> None:
    counts.download("2026-08-01", "a", 2**63 - 1).download("2026-08-01", "b", 2**63 - 1)
    assert counts.reported().total == 2**64 - 2


def test_forged_date_of_another_age_costs_nothing(counts) -> None:
    """The counter takes any day that there is."""
    counts.download("2026-08-01", "a", 1).download("0026-03-01", "a", 1).request("9999-12-31 23:59", 1)
    report = counts.reported()
    assert [day.date.year for day in report.days] == [26, 2026, 9999]
    assert len(report.missing) == 2


@pytest.mark.parametrize("days", [{}, {"first": "2026-09-01"}, {"last": "2026-07-01"}, {"first": "2026-08-07"}])
def test_nothing_counted_is_an_empty_report(counts, days: dict[str, str]) -> None:
    """The database, or the days that were asked for."""
    if days:
        counts.download("2026-08-01", "a", 1)
    report = counts.reported(**days)
    assert (report.period, report.days, report.total) == (None, (), 0)
    assert (report.counted is not None) == bool(days)


def test_days_that_end_before_they_begin_are_refused(month) -> None:
    with pytest.raises(BadInput, match="--from 2026-08-02 is after --to 2026-08-01"):
        month.reported(first="2026-08-02", last="2026-08-01")
