"""`slipway downloads report` and `slipway watch --downloads`, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

SCHEMA = """
CREATE TABLE downloads (date DATE, cdn TEXT, crate TEXT, version TEXT, downloads BIGINT);
CREATE TABLE requests (minute TIMESTAMP, cdn TEXT, form TEXT, status TEXT, requests BIGINT);
CREATE TABLE missed (date DATE, cdn TEXT, crate TEXT, status TEXT, requests BIGINT);
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the command looks for it; two hours of requests until now, the last quarter refused."""
    path = tmp_path / ".slipway" / "downloads.duckdb"
    path.parent.mkdir()
    now = datetime.fromtimestamp(time.time() // 60 * 60, UTC).replace(tzinfo=None)
    with duckdb.connect(path) as connection:
        connection.execute(SCHEMA)
        connection.execute("INSERT INTO downloads VALUES ('2026-08-01', 'fastly', 'serde', '1.0.0', 7)")
        connection.execute("INSERT INTO downloads VALUES ('2026-08-03', 'fastly', 'Serde', '1.0.0', 2)")
        for ago in range(120):
            row = [now - timedelta(minutes=ago), "403" if ago < 15 else "200", 500 + ago % 3]
            connection.execute("INSERT INTO requests VALUES (?, 'fastly', 'file', ?, ?)", row)
    return path


@pytest.fixture
def slipway(tmp_path: Path) -> Run:
    def run(*arguments: str, expect: int, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from slipway.cli import main; main()", *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "120", **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run


def test_table_is_of_the_usual_database_and_the_days_asked_for(slipway: Run, database: Path) -> None:
    done = slipway(
        "downloads", "report", "--from", "2026-08-01", "--to", "2026-08-03", "--flip", "2026-08-02", expect=0
    )
    assert done.stdout.startswith("Downloads, 2026-08-01 to 2026-08-03\n9 downloads on 2 days: 4 a day.\n")
    assert "Before and after dl changed on 2026-08-02" in done.stdout
    assert "\x1b" not in done.stdout


def test_report_is_written_whole_into_a_file(slipway: Run, database: Path, tmp_path: Path) -> None:
    """By the variable's database, with given names."""
    other = database.rename(tmp_path / "counts.duckdb")
    (tmp_path / "names.txt").write_text("Serde\n")
    (tmp_path / "report.json").write_text("old")
    arguments = ("--names", "names.txt", "--format", "json", "--output", "report.json")
    done = slipway("downloads", "report", *arguments, expect=0, SLIPWAY_DOWNLOADS=str(other))
    assert done.stdout == ""
    assert "the report is in report.json" in done.stderr
    found = json.loads((tmp_path / "report.json").read_text())
    assert [each["crate"] for each in found["not_canonical"]] == ["serde"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".slipway", "counts.duckdb", "names.txt", "report.json"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--database", "nowhere"), "no counting database at nowhere"),
        (("--names", "nowhere"), "cannot read nowhere"),
        (("--output", "no/where"), "cannot write no/where"),
        (("--from", "2026-08-02", "--to", "2026-08-01"), "--from 2026-08-02 is after --to 2026-08-01"),
        (("--flip", "soon"), "--flip"),
        (("--flip", "20260820"), "'20260820' is no day"),
    ],
)
def test_bad_input_is_one_clear_error(slipway: Run, database: Path, arguments: tuple[str, ...], said: str) -> None:
    done = slipway("downloads", "report", *arguments, expect=2)
    assert said in done.stderr
    assert done.stdout == ""


def test_watch_by_downloads_needs_neither_aws_nor_a_stack(slipway: Run, database: Path) -> None:
    arguments = ("production", "--downloads", str(database), "--once", "--minutes", "14")
    done = slipway("watch", *arguments, expect=1, PATH="/nowhere", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert "production: fail" in done.stdout
    assert "4xx-rise: fastly, " in done.stdout
    assert "no silence" in " ".join(done.stdout.split())
    document = json.loads(slipway("watch", *arguments, "--format", "json", expect=1).stdout)
    assert document["note"].startswith("From the CDNs' logs, which come late")
    assert document["findings"][0]["service"] == "fastly"
