"""Every question that reports and the watch ask the counting database.

In the SQL that DuckDB and PostgreSQL share; each is a SELECT without parameters. What is written into one is a date, a
time or a whole number, never a text. Sums are whole numbers of whatever type the database has for them: `int` them.

A request is *served* if it was answered 2xx or 3xx. Anything else failed, also 000: the client was gone before its
answer came.
"""

# What is written into a query is never a text from outside.
from __future__ import annotations

from datetime import date, datetime

from slipway.downloads.report.model import Period

__all__ = [
    "CANONICAL", "ENOUGH", "EXTENT", "canonical_fold", "cdns", "downloads_by_day", "minutes", "newest_minute",
    "requests_by_day", "spellings", "top_crates", "top_versions", "worst_minutes",
]  # fmt: skip

ENOUGH = 20
"""Requests below which a minute's success rate says little: one client is a large share of them."""

_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-", "abcdefghijklmnopqrstuvwxyz_"
_FOLD = str.maketrans(_UPPER, _LOWER)
_SERVED = "SUM(CASE WHEN status LIKE '2__' OR status LIKE '3__' THEN requests ELSE 0 END)"

EXTENT = """
SELECT MIN(first), MAX(last) FROM (
    SELECT MIN(date) AS first, MAX(date) AS last FROM downloads
    UNION ALL SELECT MIN(date), MAX(date) FROM missed
    UNION ALL SELECT CAST(MIN(minute) AS DATE), CAST(MAX(minute) AS DATE) FROM requests
) AS extent"""
"""The first and the last day; both NULL if nothing was counted."""

CANONICAL = f"""
SELECT folded, crate FROM (
    SELECT folded, crate,
           ROW_NUMBER() OVER (PARTITION BY folded ORDER BY downloads DESC, crate COLLATE "C") AS place
    FROM (
        SELECT TRANSLATE(crate, '{_UPPER}', '{_LOWER}') AS folded, crate, SUM(downloads) AS downloads
        FROM downloads GROUP BY crate
    ) AS spelled
) AS placed WHERE place = 1"""
"""For each name without regard to case, `-` and `_`, its most downloaded spelling of all days."""


def canonical_fold(name: str) -> str:
    """A name without regard to case, `-` and `_`, as CANONICAL has it: of ASCII alone, as crates are named."""
    return name.translate(_FOLD)


def downloads_by_day(period: Period) -> str:
    """date, cdn, downloads."""
    return f"SELECT date, cdn, SUM(downloads) FROM downloads WHERE {_dates(period)} GROUP BY date, cdn"


def requests_by_day(period: Period) -> str:
    """date, form, requests, served."""
    return f"""
SELECT CAST(minute AS DATE), form, SUM(requests), {_SERVED}
FROM requests WHERE {_minutes(period)} GROUP BY CAST(minute AS DATE), form"""


def newest_minute(period: Period) -> str:
    """The last minute with a request, or NULL."""
    return f"SELECT MAX(minute) FROM requests WHERE {_minutes(period)}"


def top_crates(period: Period, top: int) -> str:
    """crate, downloads."""
    return f"""
SELECT crate, SUM(downloads) FROM downloads WHERE {_dates(period)}
GROUP BY crate ORDER BY SUM(downloads) DESC, crate COLLATE "C" LIMIT {top:d}"""


def top_versions(period: Period, top: int) -> str:
    """crate, version, downloads."""
    return f"""
SELECT crate, version, SUM(downloads) FROM downloads WHERE {_dates(period)}
GROUP BY crate, version ORDER BY SUM(downloads) DESC, crate COLLATE "C", version COLLATE "C" LIMIT {top:d}"""


def spellings(period: Period) -> str:
    """crate, status, requests, last day: of every name that was asked for, got or not."""
    return f"""
SELECT crate, status, SUM(requests), MAX(date) FROM (
    SELECT crate, '200' AS status, downloads AS requests, date FROM downloads WHERE {_dates(period)}
    UNION ALL SELECT crate, status, requests, date FROM missed WHERE {_dates(period)}
) AS asked GROUP BY crate, status"""


def worst_minutes(period: Period, top: int) -> str:
    """minute, requests, served: of minutes with a failure and `ENOUGH` requests, the least served first."""
    return f"""
SELECT minute, SUM(requests), {_SERVED}
FROM requests WHERE {_minutes(period)}
GROUP BY minute HAVING SUM(requests) >= {ENOUGH} AND {_SERVED} < SUM(requests)
ORDER BY CAST({_SERVED} AS DOUBLE PRECISION) / SUM(requests), SUM(requests) DESC, minute LIMIT {top:d}"""


def cdns(since: datetime) -> str:
    """cdn: those with a request since a time in UTC."""
    return f"SELECT DISTINCT cdn FROM requests WHERE minute >= {_time(since)}"


def minutes(first: datetime, last: datetime) -> str:
    """minute, cdn, requests, served, answered 4xx, answered 5xx: from `first` up to, not including, `last`, in UTC."""
    four, five = (f"SUM(CASE WHEN status LIKE '{digit}__' THEN requests ELSE 0 END)" for digit in "45")
    return f"""
SELECT minute, cdn, SUM(requests), {_SERVED}, {four}, {five}
FROM requests WHERE minute >= {_time(first)} AND minute < {_time(last)} GROUP BY minute, cdn"""


def _dates(period: Period) -> str:
    return f"date BETWEEN {_date(period.first)} AND {_date(period.last)}"


def _minutes(period: Period) -> str:
    return (
        f"minute BETWEEN TIMESTAMP '{period.first.isoformat()} 00:00' AND TIMESTAMP '{period.last.isoformat()} 23:59'"
    )


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _time(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.isoformat(' ', 'seconds')}'"
