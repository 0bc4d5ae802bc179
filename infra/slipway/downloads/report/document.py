"""Report -> CSV and JSON, for machines. Fields are added, never renamed or removed. Pure.

CSV has one number a line, and says which in the columns before it. It is read by spreadsheets, too, and those take a
cell that begins with `=`, `+`, `-` or `@` for a formula: texts that do get an apostrophe in front (OWASP, *CSV
Injection*), and control characters are written as escapes. Numbers stay numbers. JSON has every text as it was counted.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from slipway.downloads.report.model import Comparison, Measure, Period, Report
from slipway.report.escape import for_terminal

__all__ = ["COLUMNS", "SCHEMA", "as_csv", "as_json"]

SCHEMA = "slipway.downloads-report/1"
COLUMNS = ("section", "when", "cdn", "crate", "version", "canonical", "measure", "value")

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # the wide ones are taken for the others  # noqa: RUF001

_Row = tuple[str, str, str, str, str, str, str, int | float]


def as_csv(report: Report) -> str:
    """All that was counted, line by line under `COLUMNS`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*map(_harmless, texts), value] for *texts, value in _rows(report))
    return file.getvalue()


def as_json(report: Report) -> str:
    """The report as one JSON object. ASCII only, so that no character in it can act on a terminal."""
    document = {
        "schema": SCHEMA,
        "counted": _period(report.counted),
        "period": _period(report.period),
        "missing": [_period(each) for each in report.missing],
        "newest": _minute(report.newest) if report.newest else None,
        "downloads": report.total,
        "cdns": report.by_cdn,
        "days": [
            {**asdict(day), "date": str(day.date), "share_percent": {cdn: day.share(cdn) for cdn in report.by_cdn}}
            for day in report.days
        ],
        "crates": [asdict(each) for each in report.crates],
        "versions": [asdict(each) for each in report.versions],
        "comparison": _comparison(report.comparison) if report.comparison else None,
        "names": "given" if report.listed else "most-downloaded",
        "not_canonical": [{**asdict(each), "last": str(each.last)} for each in report.spellings],
        "worst_minutes": [
            {**asdict(each), "minute": _minute(each.minute), "success_percent": each.success} for each in report.worst
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _period(period: Period | None) -> dict[str, str] | None:
    return {"first": str(period.first), "last": str(period.last)} if period else None


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "flip": str(comparison.flip),
        "days_before": comparison.before,
        "days_after": comparison.after,
        "measures": [_measure(each) for each in comparison.measures],
    }


def _measure(measure: Measure) -> dict[str, object]:
    unit = "a day" if measure.by_day else "percent"
    return {
        "name": measure.name,
        "unit": unit,
        "before": measure.before,
        "after": measure.after,
        "change_percent": measure.change,
    }


def _rows(report: Report) -> Iterator[_Row]:
    for day in report.days:
        when = str(day.date)
        for cdn, count in day.downloads.items():
            yield "days", when, cdn, "", "", "", "downloads", count
            yield "days", when, cdn, "", "", "", "share percent", round(day.share(cdn) or 0, 4)
        for form, count in day.requests.items():
            yield "days", when, "", "", "", "", f"requests, form {form}", count
            yield "days", when, "", "", "", "", f"served, form {form}", day.served[form]
    for crate in report.crates:
        yield "crates", "", "", crate.crate, "", "", "downloads", crate.downloads
    for each in report.versions:
        yield "versions", "", "", each.crate, each.version, "", "downloads", each.downloads
    yield from _flip_rows(report.comparison)
    for spelling in report.spellings:
        for status, count in spelling.statuses.items():
            yield (
                "not canonical",
                str(spelling.last),
                "",
                spelling.crate,
                "",
                spelling.canonical,
                f"status {status}",
                count,
            )
    for minute in report.worst:
        when = _minute(minute.minute)
        yield "worst minutes", when, "", "", "", "", "requests", minute.requests
        yield "worst minutes", when, "", "", "", "", "served", minute.served


def _flip_rows(comparison: Comparison | None) -> Iterator[_Row]:
    for each in comparison.measures if comparison else ():
        unit = " a day" if each.by_day else " percent"
        for side, value, of in (
            ("before", each.before, unit),
            ("after", each.after, unit),
            ("change", each.change, " percent"),
        ):
            if comparison and value is not None:
                yield "flip", str(comparison.flip), "", "", "", "", f"{each.name}, {side},{of}", round(value, 4)


def _minute(moment: datetime) -> str:
    return f"{moment.isoformat('T', 'minutes')}Z"


def _harmless(text: str) -> str:
    plain = for_terminal(text)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) else plain
