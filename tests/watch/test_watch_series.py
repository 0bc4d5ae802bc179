"""Which minutes are known, which were silent, and which have not come yet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.watch import Point, Series, assemble

NOW = 100


def points(*minutes: int) -> dict[int, Point]:
    """Minutes with ten requests each."""
    return {minute: Point(minute, 10.0, 0.0, 0.0, 0.0, 1000.0) for minute in minutes}


def known(series: Series) -> dict[int, float]:
    return {point.minute: point.requests for point in series.points}


def test_minute_that_may_still_change_is_not_used() -> None:
    """Minute 98 ended at 99, a minute ago; 97 ended two minutes ago."""
    (series,) = assemble({"a": points(*range(90, 99))}, start=90, now=NOW)
    assert list(known(series)) == list(range(90, 98))
    assert series.until == 98


def test_one_or_two_missing_minutes_got_lost() -> None:
    """They are unknown, not silent: nothing is said about them."""
    (series,) = assemble({"a": points(90, 92, 93, 96, 97)}, start=90, now=NOW)
    assert list(known(series)) == [90, 92, 93, 96, 97]


def test_three_missing_minutes_were_silent() -> None:
    (series,) = assemble({"a": points(90, 91, 95, 96, 97)}, start=90, now=NOW)
    assert known(series) == {90: 10, 91: 10, 92: 0, 93: 0, 94: 0, 95: 10, 96: 10, 97: 10}


def test_end_without_data_is_silence_where_another_distributions_metrics_have_come() -> None:
    """So CloudWatch does deliver."""
    silent, busy = assemble({"a": points(*range(90, 95)), "b": points(*range(90, 98))}, start=90, now=NOW)
    assert known(silent) | {95: 0, 96: 0, 97: 0} == known(silent)
    assert (silent.until, busy.until) == (98, 98)


def test_end_without_data_is_open_while_it_is_short() -> None:
    """Two minutes may be late."""
    late, _ = assemble({"a": points(*range(90, 96)), "b": points(*range(90, 98))}, start=90, now=NOW)
    assert (list(known(late)), late.until) == (list(range(90, 96)), 96)


def test_end_without_data_anywhere_is_open_for_ten_minutes() -> None:
    """Everything may be silent, or CloudWatch late: only time tells."""
    (series,) = assemble({"a": points(*range(80, 85))}, start=80, now=94)
    assert series.until == 85
    (series,) = assemble({"a": points(*range(80, 85))}, start=80, now=NOW)
    assert (series.until, known(series)[89], max(known(series))) == (90, 0, 89)


def test_distribution_without_any_data_is_silent_beside_another() -> None:
    none, _ = assemble({"a": {}, "b": points(*range(90, 98))}, start=90, now=NOW)
    assert known(none) == dict.fromkeys(range(90, 98), 0)


@pytest.mark.parametrize("services", [{}, {"a": {}}])
def test_no_data_at_all_is_no_series_of_more_than_what_is_late(services: dict[str, dict[int, Point]]) -> None:
    found = assemble(services, start=95, now=NOW)
    assert [(series.points, series.until) for series in found] == [((), 95)] * len(services)


@given(st.dictionaries(st.sampled_from("abc"), st.sets(st.integers(-5, 45)), min_size=1), st.floats(0, 60))
def test_series_are_in_order_and_invent_no_request(read: dict[str, set[int]], now: float) -> None:
    """Each known minute once, none before the start, none that is not settled; every given one that is stays."""
    for series in assemble({name: points(*minutes) for name, minutes in read.items()}, start=0, now=now):
        minutes = [point.minute for point in series.points]
        assert minutes == sorted(set(minutes))
        settled = {minute for minute in read[series.service] if 0 <= minute < int(now - 2)}
        assert settled == {point.minute for point in series.points if point.requests}
        assert all(0 <= minute < max(series.until, 1) for minute in minutes)
        assert series.until <= max(0, int(now - 2))
