"""Opening a counting database: read, let go of, and clear words where that cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from slipway.downloads.report import selecting
from slipway.errors import BadInput, CloudError


def test_rows_come_and_the_database_is_let_go_of(month) -> None:
    path = month.written()
    with selecting(str(path)) as select:
        assert list(select("SELECT 1, 'a'")) == [(1, "a")]
    with duckdb.connect(path) as writer:
        writer.execute("DELETE FROM downloads")


def test_reading_changes_nothing_and_reaches_nothing_else(month, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    path = str(month.written())
    with pytest.raises(CloudError, match="cannot be read"), selecting(path) as select:
        list(select(f"SELECT * FROM '{tmp_path}/secret.csv'"))
    with pytest.raises(CloudError, match="read-only"), selecting(path) as select:
        list(select("DELETE FROM downloads"))


def test_no_database_is_bad_input_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no counting database at") as raised, selecting(str(tmp_path / "none")):
        pass
    assert "slipway downloads take" in raised.value.advice
    assert not (tmp_path / "none").exists()


def test_another_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello " * 1000)
    with pytest.raises(BadInput, match="no DuckDB file"), selecting(str(tmp_path / "text")):
        pass


def test_another_database_is_no_counting_database(tmp_path: Path) -> None:
    duckdb.connect(tmp_path / "other").close()
    with pytest.raises(BadInput, match="no counting database"), selecting(str(tmp_path / "other")) as select:
        list(select("SELECT date FROM downloads"))


@pytest.mark.process
def test_reader_waits_for_a_writer(month) -> None:
    """DuckDB lets a process write into a file that nobody reads."""
    path = month.written()
    script = (
        "import duckdb, sys, time; connection = duckdb.connect(sys.argv[1]); print('taken', flush=True); "
        "time.sleep(0.5); connection.execute('DELETE FROM missed'); connection.close()"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"taken\n"
        with selecting(str(path)) as select:
            assert list(select("SELECT COUNT(*) FROM missed")) == [(0,)]
    assert writer.returncode == 0
