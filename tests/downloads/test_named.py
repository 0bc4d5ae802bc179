"""Which objects may hold the lines of some days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.downloads.named import between

CLOUDFRONT = "s3://logs/cloudfront/static.example.org/EDFDVBD6EXAMPLE.{}-13.abcd1234.gz"
FASTLY = "s3://logs/fastly-requests/static.example.org/{}T13:00:00.000-abcd.log.zst"
NONE = "s3://logs/cloudfront/static.example.org/by-hand.log"


def kept(urls: list[str], first: date | None, last: date | None) -> list[str]:
    ranges = between(urls, first, last)
    return [url for url in urls if any(url in each for each in ranges)]


@pytest.mark.parametrize("form", [CLOUDFRONT, FASTLY])
@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), ["2026-02-28", "2026-03-01", "2026-03-02"]),
        (date(2026, 3, 2), None, ["2026-03-01", "2026-03-02", "2026-03-03"]),
        (None, date(2026, 2, 27), ["2026-02-27", "2026-02-28"]),
        (date.min, date.max, ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"]),
        (date(2027, 1, 1), date(2027, 1, 1), []),
    ],
)
def test_objects_of_the_days_and_of_a_day_more_at_either_end(
    form: str, first: date | None, last: date | None, days: list[str]
) -> None:
    every = [form.format(day) for day in ("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03")]
    assert kept(every, first, last) == [form.format(day) for day in days]


def test_an_object_with_no_day_in_its_name_is_always_read() -> None:
    assert kept([NONE, CLOUDFRONT.format("2020-01-01")], date(2026, 3, 1), None) == [NONE]


def test_many_objects_of_a_distribution_are_one_range() -> None:
    begin = date(2026, 1, 1)
    urls = [CLOUDFRONT.format(begin + timedelta(number)) for number in range(90)]
    assert len(between(urls, begin, None)) == 1


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-1, 1))
def test_no_object_of_a_day_that_is_asked_for_is_left_out(first: date, day: date, off: int) -> None:
    """The lines of a day lie in objects named by it, or by the day before or after."""
    url = CLOUDFRONT.format(day + timedelta(off))
    if day >= first:
        assert kept([url], first, None) == [url]
    if day <= first:
        assert kept([url], None, first) == [url]
