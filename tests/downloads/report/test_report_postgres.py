"""A report is the same from a DuckDB file and from PostgreSQL, and changes neither."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from server import new_database

from slipway.downloads.report import Wanted, as_json, gather, selecting
from slipway.downloads.store import Counted, Log, StoreError, open_book
from slipway.downloads.tally import Download, Missed, Requests, Tally
from slipway.errors import BadInput

pytestmark = pytest.mark.process
HOSTILE = ["serde", "Serde", "'; DROP TABLE downloads; --", "<script>", "%s $1 ?", "\\"]


def filled(place: str) -> str:
    book = open_book(place)
    for day in range(1, 9):
        date = f"2026-08-0{day}"
        tally = Tally(
            50,
            {Download(date, "cloudfront", name, "1.0.0"): day * (at + 1) for at, name in enumerate(HOSTILE)},
            {Requests(f"{date}T10:00", "cloudfront", "file", status): 30 for status in ("200", "404")},
            {Missed(date, "fastly", "SERDE", "404"): 2},
            {"method": 3},
        )
        book.add(Counted(Log("s3://logs", f"{day}.gz"), "1", tally), datetime(2026, 8, day))
    return place


def reported(place: str) -> str:
    with selecting(place) as select:
        return as_json(gather(select, Wanted(None, None, None, 20, None)))


def test_a_report_is_the_same_from_both_databases(postgres: str, tmp_path: Path) -> None:
    assert reported(filled(new_database(postgres))) == reported(filled(str(tmp_path / "downloads.duckdb")))


def test_reading_from_a_server_changes_nothing(postgres: str) -> None:
    place = filled(new_database(postgres))
    with pytest.raises(StoreError, match="read-only"), selecting(place) as select:
        list(select("DELETE FROM downloads"))


def test_another_database_is_bad_input() -> None:
    with pytest.raises(BadInput, match="DuckDB file or on PostgreSQL"), selecting("mysql://x/y"):
        pass
