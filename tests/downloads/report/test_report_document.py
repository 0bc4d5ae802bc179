"""CSV and JSON: whole, exact, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.downloads.report import Report, as_csv, as_json


def lines_of(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(report))))


def test_csv_says_what_each_number_is(month) -> None:
    lines = lines_of(month.reported(flip="2026-08-05"))
    days = [line for line in lines if line["section"] == "days" and line["measure"] == "downloads"]
    assert sum(int(line["value"]) for line in days) == month.reported().total
    assert days[1] == {
        "section": "days", "when": "2026-08-01", "cdn": "fastly", "crate": "", "version": "", "canonical": "",
        "measure": "downloads", "value": "300",
    }  # fmt: skip
    by_measure = {line["measure"]: line["value"] for line in lines if line["section"] == "flip"}
    assert by_measure["downloads, before, a day"] == "1252.0"
    assert float(by_measure["requests, form download, change, percent"]) == pytest.approx(
        100 * (105 / 905 - 1), abs=1e-3
    )
    assert [
        (line["crate"], line["canonical"], line["measure"], line["value"], line["when"])
        for line in lines
        if line["section"] == "not canonical"
    ] == [("SERDE", "serde", "status 403", "40", "2026-08-09"), ("Serde", "serde", "status 200", "16", "2026-08-09")]


def test_csv_has_every_name_to_deprecate_however_short_the_lists(month) -> None:
    lines = lines_of(month.reported(top=1))
    assert [line["section"] for line in lines].count("not canonical") == 2
    assert [line["section"] for line in lines].count("crates") == 1


def test_no_cell_of_a_csv_is_a_formula(hostile) -> None:
    """Texts that would be one begin with an apostrophe; numbers are numbers."""
    lines = lines_of(hostile.reported())
    for line in lines:
        for key, cell in line.items():
            if key == "value":
                float(cell)
            else:
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
                assert cell.isprintable()
    names = {line["crate"] for line in lines}
    assert {'\'=HYPERLINK("http://x")', "'+1+1", "'-2+3", "'@SUM(A1)", "' =1", "a\\x0ab\\x09c"} <= names


@given(st.lists(st.text(st.characters(exclude_categories=[])), min_size=1, max_size=3, unique=True))
def test_any_name_at_all_stays_in_its_cell(named, names: list[str]) -> None:
    """As many lines and cells as there are numbers, none of them a formula."""
    report = named(*names)
    lines = list(csv.reader(io.StringIO(as_csv(report))))
    assert {len(line) for line in lines} == {8}
    assert [line[0] for line in lines].count("crates") == len(names)
    assert not [cell for line in lines[1:] for cell in line[:-1] if re.match(r"\s*[=+\-@]", cell)]
    assert [each["crate"] for each in json.loads(as_json(report))["crates"]] == names


def test_json_has_every_name_as_it_was_counted(hostile) -> None:
    text = as_json(hostile.reported())
    assert text.isascii()
    assert "\x1b" not in text
    found = json.loads(text)
    assert found["schema"] == "slipway.downloads-report/1"
    assert {each["crate"] for each in found["crates"]} == {row[2] for row in hostile.downloads}
    assert found["not_canonical"][0]["statuses"] == {"<i>": 1}


def test_json_has_days_comparison_and_worst_minutes(month) -> None:
    found = json.loads(as_json(month.reported(flip="2026-08-05")))
    assert found["period"] == {"first": "2026-08-01", "last": "2026-08-09"}
    assert found["missing"] == [{"first": "2026-08-07", "last": "2026-08-07"}]
    assert found["days"][0]["share_percent"]["fastly"] == pytest.approx(23.96, abs=0.01)
    assert found["comparison"]["days_before"] == 4
    assert found["comparison"]["measures"][0] == {
        "name": "downloads", "unit": "a day", "before": 1252, "after": 1312,
        "change_percent": pytest.approx(100 * 60 / 1252),
    }  # fmt: skip
    assert found["worst_minutes"][0] == {
        "minute": "2026-08-01T12:01Z", "requests": 40, "served": 30, "success_percent": 75.0,
    }  # fmt: skip


def test_empty_report_is_written_too(counts) -> None:
    report = counts.reported()
    assert lines_of(report) == []
    found = json.loads(as_json(report))
    assert (found["counted"], found["days"], found["comparison"]) == (None, [], None)
