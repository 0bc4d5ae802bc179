"""Means before and after a change of `dl`, against arithmetic of another kind: by request, in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.downloads.report.flip import compare
from slipway.downloads.report.model import Comparison, Day

FLIP = date(2026, 8, 5)
FORMS = ("file", "download")

Row = tuple[int, int, dict[str, tuple[int, int]]]  # days after FLIP, downloads, form -> served, failed
_forms = st.dictionaries(st.sampled_from(FORMS), st.tuples(st.integers(0, 50), st.integers(0, 50)))
_rows = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 10**12), _forms), unique_by=lambda row: row[0])


def days_of(rows: Sequence[Row]) -> list[Day]:
    return [
        Day(
            FLIP + timedelta(after),
            {"cloudfront": downloads},
            {form: served + failed for form, (served, failed) in forms.items()},
            {form: served for form, (served, _) in forms.items()},
        )
        for after, downloads, forms in sorted(rows, key=lambda row: row[0])
    ]


def expected(rows: Sequence[Row], before: bool) -> dict[str, Fraction | None]:
    """Every request one by one; the days of one side alone."""
    side = [row for row in rows if (row[0] < 0 if before else row[0] > 0)]
    forms = {form for row in rows if row[0] for form in row[2]}
    asked = [
        (form, ok)
        for _, _, each in side
        for form, (served, failed) in each.items()
        for ok in [True] * served + [False] * failed
    ]

    def mean(count: int) -> Fraction | None:
        return Fraction(count, len(side)) if side else None

    def percent(part: int, whole: int) -> Fraction | None:
        return Fraction(100 * part, whole) if whole else None

    found = {"downloads": mean(sum(row[1] for row in side))}
    found["success rate"] = percent(sum(ok for _, ok in asked), len(asked))
    for form in forms:
        mine = [ok for of, ok in asked if of == form]
        found[f"requests, form {form}"] = mean(len(mine))
        found[f"share of form {form}"] = percent(len(mine), len(asked))
        found[f"success rate, form {form}"] = percent(sum(mine), len(mine))
    return found


@given(_rows)
def test_means_and_changes_are_those_of_every_request(rows: list[Row]) -> None:
    found = compare(days_of(rows), FLIP)
    before, after = expected(rows, True), expected(rows, False)
    assert {each.name for each in found.measures} == before.keys()
    for each in found.measures:
        old, new = before[each.name], after[each.name]
        assert each.before == (old if old is None else pytest.approx(float(old)))
        assert each.after == (new if new is None else pytest.approx(float(new)))
        change = (new / old - 1) * 100 if old and new is not None else None
        assert each.change == (change if change is None else pytest.approx(float(change), rel=1e-9, abs=1e-6))


def test_day_of_the_change_is_of_neither_side(month) -> None:
    found = month.reported(flip="2026-08-05").comparison
    assert (found.before, found.after) == (4, 3)
    assert measures(found)["downloads"] == (1252, 1312)


def test_missing_day_does_not_lower_the_mean(month) -> None:
    """Nothing was counted on the 7th, which is after the change."""
    found = measures(month.reported(flip="2026-08-05").comparison)
    assert found["requests, form file"] == (343, 1243)
    assert found["share of form file"] == (pytest.approx(27.484, abs=1e-3), pytest.approx(92.211, abs=1e-3))


def test_period_without_a_day_on_one_side_compares_nothing(month) -> None:
    found = month.reported(flip="2026-08-09").comparison
    assert (found.before, found.after) == (7, 0)
    assert {(each.after, each.change) for each in found.measures} == {(None, None)}


def measures(found: Comparison) -> dict[str, tuple[float | None, float | None]]:
    return {each.name: (each.before, each.after) for each in found.measures}
