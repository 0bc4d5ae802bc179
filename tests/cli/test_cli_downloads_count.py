"""`slipway downloads count` as a user runs it, on files."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from slipway.cli import _MODULES
from slipway.cli.app import application

HEADER = "#Version: 1.0\n#Fields: date time x-edge-location cs-method cs-uri-stem sc-status cs(User-Agent)\n"
GOOD = "2026-03-01\t10:00:00\tFRA56-P1\tGET\t/crates/a/a-1.2.3.crate\t200\tcargo/1.92.0\n"
LOGS = {
    "one.log.gz": gzip.compress((HEADER + GOOD * 2 + GOOD.replace("FRA56-P1", "IAD89-P1")).encode()),
    "two.log": (HEADER + GOOD.replace("a-1.2.3", "a-1.2.4") + GOOD.replace("GET", "HEAD") + "not a line\n").encode(),
}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    for name, data in LOGS.items():
        (folder / name).write_bytes(data)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application(_MODULES), ["downloads", "count", *map(str, arguments)])


def test_a_folder_is_counted_as_sorted_csv(logs: Path) -> None:
    result = run(logs)
    assert result.exit_code == 0
    assert result.stdout == "date,crate,version,downloads\n2026-03-01,a,1.2.3,3\n2026-03-01,a,1.2.4,1\n"


def test_what_was_not_counted_is_said_beside_the_counts(logs: Path) -> None:
    said = run(logs).stderr
    assert "4 downloads in 6 lines of 2 logs" in said
    assert "method 1" in said
    assert "shape 1" in said


def test_explain_shows_samples_without_what_a_terminal_would_obey(logs: Path) -> None:
    (logs / "three.log").write_text(HEADER + "\x1b[31mred\n")
    said = run(logs, "--explain").stderr
    assert "such as not a line" in said
    assert "such as \\x1b[31mred" in said
    assert "such as HEAD 200 cargo/1.92.0 /crates/a/a-1.2.3.crate" in said


def test_counts_are_kept_apart_by_what_is_asked_for(logs: Path) -> None:
    rows = list(csv.DictReader(run(logs, "--by", "region,cdn").stdout.splitlines()))
    assert list(rows[0]) == ["date", "cdn", "region", "crate", "version", "downloads"]
    assert [(row["region"], row["version"], row["downloads"]) for row in rows] == [
        ("FRA56-P1", "1.2.3", "2"),
        ("FRA56-P1", "1.2.4", "1"),
        ("IAD89-P1", "1.2.3", "1"),
    ]


def test_clients_are_what_they_call_themselves(logs: Path) -> None:
    (logs / "one.log.gz").write_text(HEADER + GOOD.replace("cargo/1.92.0", "cargo%252F1.92.0%20(a)"))
    (row, *_) = json.loads(run(logs / "two.log", "--by", "client", "--format", "json").stdout)
    assert row == {"date": "2026-03-01", "client": "cargo/1.92.0", "crate": "a", "version": "1.2.4", "downloads": 1}


def test_parquet_is_written_whole(logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "counts.parquet"
    assert run(logs, "--format", "parquet", "--output", out).exit_code == 0
    assert duckdb.connect().execute("SELECT sum(downloads) FROM read_parquet($p)", {"p": str(out)}).fetchall() == [(4,)]
    assert [path.name for path in tmp_path.iterdir()] == ["logs", "counts.parquet"]


def test_a_table_has_the_most_downloaded_first(logs: Path) -> None:
    words = run(logs, "--format", "table").stdout.split()
    assert words == [
        "date",
        "crate",
        "version",
        "downloads",
        "2026-03-01",
        "a",
        "1.2.3",
        "3",
        "2026-03-01",
        "a",
        "1.2.4",
        "1",
    ]


def test_a_glob_and_a_file_that_it_names_count_once(logs: Path) -> None:
    assert run(f"{logs}/*.gz", logs / "one.log.gz").stdout.splitlines()[1:] == ["2026-03-01,a,1.2.3,3"]


def test_strict_writes_nothing_where_a_line_is_broken(logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "counts.csv"
    result = run(logs, "--strict", "--output", out)
    assert (result.exception.exit_status, out.exists()) == (1, False)
    assert "1 malformed lines" in str(result.exception)
    assert run(logs / "one.log.gz", "--strict", "--output", out).exit_code == 0


def test_a_damaged_log_is_named_and_the_others_count(logs: Path) -> None:
    (logs / "broken.gz").write_bytes(LOGS["one.log.gz"][:-12])
    (logs / "what.txt").write_text("no log\n")
    result = run(logs)
    assert result.exit_code == 0
    assert "damaged: " in result.stderr
    assert "cut off" in result.stderr
    assert "begins with b'no log" in result.stderr
    assert run(logs, "--strict").exception.exit_status == 1


def test_parquet_logs_count_as_the_same_in_text(logs: Path, tmp_path: Path) -> None:
    columns = "date, time, x_edge_location, cs_method, cs_uri_stem, sc_status, cs_user_agent"
    row = "('2026-03-01', '10:00:00', 'FRA56-P1', 'GET', '/crates/a/a-1.2.3%252B4.crate', 200, 'cargo/1')"
    path = tmp_path / "v2.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM (VALUES {row}, {row}) AS t({columns})) TO '{path}'")  # noqa: S608
    assert run(path).stdout.splitlines()[1:] == ["2026-03-01,a,1.2.3+4,2"]
    path.write_bytes(path.read_bytes()[:-9])
    assert "its Parquet is broken" in run(path).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere/"], "names no log"),
        ([".", "--by", "country"], "--by 'country' is not known"),
        (["logs", "--format", "table", "--output", "x"], "a table is for reading"),
        (["logs", "--output", "nowhere/x.csv"], "cannot write nowhere/x.csv"),
        ([], "there is no SOURCE"),
        (["logs", "--host", "x"], "--host is for --engine athena"),
        (["--engine", "athena"], "Athena counts the logs of a stack"),
        (["logs", "--engine", "athena", "--stack", "x"], "Athena counts a stack's table"),
    ],
)
def test_bad_input_is_one_clear_error(
    logs: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(logs.parent)
    result = run(*arguments)
    assert result.exception.exit_status == 2
    assert said in str(result.exception)
