"""Trino itself, the engine that Athena is made of, counts every small log as the slow counter does.

By night, and where Java 17, Maven and Maven Central are. The rows are in the query; Athena's own reader is not there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from cases import CASES
from table import FAILING, UNLIKE, Found, by_object, by_the_slow_counter, found, hostile_logs, key, lines, relation

from slipway.downloads.dialect import Question, query
from slipway.downloads.named import Between

pytestmark = pytest.mark.skipif(os.environ.get("SLIPWAY_NIGHTLY") != "1", reason="with SLIPWAY_NIGHTLY=1")
HERE = Path(__file__).parent / "trino"
QUESTION = Question("logs", "lines")


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Trino's class path, with our program on it."""
    if not (shutil.which("mvn") and shutil.which("javac")):
        pytest.skip("no Java, or no Maven")
    directory = tmp_path_factory.mktemp("trino")
    shutil.copy(HERE / "pom.xml", directory)
    copy = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
    if subprocess.run(copy, cwd=directory, capture_output=True, timeout=600).returncode:
        pytest.skip("Maven Central does not answer")
    compiled = ["javac", "-cp", f"{directory}/lib/*", "-d", str(directory), str(HERE / "Ask.java")]
    subprocess.run(compiled, check=True, timeout=300)
    return f"{directory}:{directory}/lib/*"


def asked(classes: str, sql: str, directory: Path) -> list[list[str | int | None]]:
    """Trino's answer."""
    (directory / "query.sql").write_text(sql, encoding="utf-8")
    command = ["java", "-cp", classes, "Ask", "query.sql", "answer.json"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows: list[list[str | int | None]] = json.loads((directory / "answer.json").read_text(encoding="utf-8"))
    return rows


def over(sql: str, table: str) -> str:
    """The query over a relation in place of the table, its partition `host` among the columns."""
    assert sql.count('"logs"."lines"') == 2
    rest = sql.replace('"logs"."lines"', "logs").removeprefix("WITH ")
    return f"WITH logs AS (SELECT *, 'static.example.org' AS host FROM {table}),\n{rest}"


def test_every_small_log_counts_as_the_table_of_cases_says(classes: str, tmp_path: Path) -> None:
    urls = {key(number, case): case for number, case in enumerate(CASES) if case.name not in FAILING}
    table = relation((url, url.split("/")[0], lines(case.file, case.data)) for url, case in urls.items())
    told = found(asked(classes, over(by_object(QUESTION), table), tmp_path))
    for url, case in urls.items():
        expected = Found(Counter(case.downloads), Counter(case.reasons))
        assert (case.name, told.get(url, Found())) == (case.name, UNLIKE.get(case.name, expected))


def test_generated_hostile_logs_count_as_the_slow_counter_counts_them(classes: str, tmp_path: Path) -> None:
    logs = dict(hostile_logs(800))
    table = relation((name, name.split("/")[0], lines(name, data)) for name, data in logs.items())
    told = found(asked(classes, over(by_object(QUESTION), table), tmp_path))
    assert told == {name: by_the_slow_counter(data) for name, data in logs.items()}


def test_trino_takes_the_query_with_everything_that_can_be_asked(classes: str, tmp_path: Path) -> None:
    """Partitions, days, objects, facets."""
    url = "s3://logs/cloudfront/static.example.org/E1.2026-03-01-23.a.log"
    question = Question(
        "logs",
        "lines",
        cdns=("cloudfront",),
        hosts=("static.example.org",),
        first=date(2026, 3, 1),
        last=date(2026, 3, 1),
        paths=(Between(url, f"{url}!"),),
        facets=("region", "client"),
    )
    written = [
        "#Fields: date cs-method cs-uri-stem sc-status cs(User-Agent)",
        *(f"2026-03-0{day}\tGET\t/crates/a/1.0.0/download\t200\tcargo/1%2520x" for day in (1, 2)),
    ]
    table = relation([(url, "cloudfront", written), ("s3://logs/other", "cloudfront", written)])
    rows = asked(classes, over(query(question), table), tmp_path)
    assert rows == [[None, "cloudfront", "\x1fcargo/1 x", "2026-03-01", "a", "1.0.0", 1]]
