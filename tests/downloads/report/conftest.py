"""A counting database that a test fills, line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pytest

from slipway.downloads.report import Report, Wanted, gather, selecting
from slipway.downloads.report.flip import compare
from slipway.downloads.report.model import Crate, Day, Period, Spelling, Version

SCHEMA = """
CREATE TABLE objects (source TEXT, key TEXT, etag TEXT, lines BIGINT, downloads BIGINT, skipped BIGINT, damaged TEXT,
                      counted_at TIMESTAMP, PRIMARY KEY (source, key));
CREATE TABLE object_days (source TEXT, key TEXT, date DATE, downloads BIGINT, PRIMARY KEY (source, key, date));
CREATE TABLE downloads (date DATE, cdn TEXT, crate TEXT, version TEXT, downloads BIGINT,
                        PRIMARY KEY (date, cdn, crate, version));
CREATE TABLE requests (minute TIMESTAMP, cdn TEXT, form TEXT, status TEXT, requests BIGINT,
                       PRIMARY KEY (minute, cdn, form, status));
CREATE TABLE missed (date DATE, cdn TEXT, crate TEXT, status TEXT, requests BIGINT,
                     PRIMARY KEY (date, cdn, crate, status));
"""


@dataclass
class Counts:
    """What a counting database shall hold; it is written when it is asked for."""

    path: Path
    downloads: list[tuple[Any, ...]] = field(default_factory=list)
    requests: list[tuple[Any, ...]] = field(default_factory=list)
    missed: list[tuple[Any, ...]] = field(default_factory=list)

    def download(self, day: str, crate: str, count: int, *, version: str = "1.0.0", cdn: str = "cloudfront") -> Counts:
        self.downloads.append((day, cdn, crate, version, count))
        return self

    def request(
        self, minute: str, count: int, *, form: str = "file", status: str = "200", cdn: str = "cloudfront"
    ) -> Counts:
        self.requests.append((minute, cdn, form, status, count))
        return self

    def miss(self, day: str, crate: str, count: int, *, status: str = "403", cdn: str = "cloudfront") -> Counts:
        self.missed.append((day, cdn, crate, status, count))
        return self

    def written(self) -> Path:
        """The database's file, made anew."""
        self.path.unlink(missing_ok=True)
        with duckdb.connect(self.path) as connection:
            connection.execute(SCHEMA)
            for table in ("downloads", "requests", "missed"):
                rows = getattr(self, table)
                places = ", ".join("(?, ?, ?, ?, ?)" for _ in rows)
                if rows:
                    connection.execute(f"INSERT INTO {table} VALUES {places}", [*chain(*rows)])
        return self.path

    def reported(self, **wanted: Any) -> Report:
        """The report; days of `first`, `last` and `flip` as text."""
        days = {key: date.fromisoformat(wanted.pop(key)) for key in ("first", "last", "flip") if key in wanted}
        with selecting(str(self.written())) as select:
            return gather(select, Wanted(**days, **wanted))


def of_names(*names: str) -> Report:
    """A report of one day in which everything that may have any name has one of these."""
    day = Day(date(2026, 8, 1), dict.fromkeys(names, 1), dict.fromkeys(names, 2), dict.fromkeys(names, 1))
    return Report(
        counted=(period := Period(day.date, day.date)),
        period=period,
        days=(day,),
        missing=(),
        newest=None,
        crates=tuple(Crate(name, 1) for name in names),
        versions=tuple(Version(name, name, 1) for name in names),
        comparison=compare([day], date(2026, 8, 2)),
        spellings=tuple(Spelling(name, name, 1, {name: 1}, day.date) for name in names),
        listed=False,
        worst=(),
        top=20,
    )


@pytest.fixture(scope="session")
def named() -> Callable[..., Report]:
    """A report in which everything that may have any name has one of those given."""
    return of_names


@pytest.fixture
def counts(tmp_path: Path) -> Counts:
    """An empty counting database."""
    return Counts(tmp_path / "downloads.duckdb")


@pytest.fixture
def month(counts: Counts) -> Counts:
    """Nine days in August 2026 of two CDNs, `dl` changed on the 5th, and nothing of the 7th."""
    for day in (1, 2, 3, 4, 5, 6, 8, 9):
        new = day > 5
        at = f"2026-08-{day:02}"
        counts.download(at, "serde", 800, version="1.0.219").download(at, "serde", 150, version="1.0.218")
        counts.download(at, "libc", 300 + 60 * new, cdn="fastly").download(at, "Serde", 2, version="1.0.219")
        counts.miss(at, "SERDE", 5).miss(at, "lib-c", 1, status="404").miss(at, "nobodys", 3)
        counts.request(f"{at} 12:00", 1200 if new else 300, form="file")
        counts.request(f"{at} 12:00", 100 if new else 900, form="download")
        counts.request(f"{at} 12:00", 5, form="download", status="403")
        counts.request(f"{at} 12:01", 30).request(f"{at} 12:01", 10, status="000").request(
            f"{at} 23:59", 3, status="500"
        )
    return counts


@pytest.fixture
def hostile(counts: Counts) -> Counts:
    """Names that would be markup, SQL, a formula, or a terminal's orders, and a long one."""
    names = (
        "<script>alert(1)</script>", "\" onmouseover='x", "'; DROP TABLE downloads; --", "=HYPERLINK(\"http://x\")",
        "+1+1", "-2+3", "@SUM(A1)", "\x1b[2J\x07", "a\nb\tc", "\u202egnp.exe", "x" * 100_000, "", "[bold]b[/bold]",
        " =1", "&amp;", "</title></svg>", "é", ",;\"",
    )  # fmt: skip
    for index, name in enumerate(names):
        counts.download("2026-08-01", name, 100 + index, version=name)
        counts.miss("2026-08-01", name.upper(), 1, status="<i>")
    counts.request("2026-08-01 00:00", 100, form="<b>f</b>", status="<i>", cdn="<u>")
    counts.download("2026-08-01", "fine", 1, cdn="<u>\x1b[1m")
    return counts
