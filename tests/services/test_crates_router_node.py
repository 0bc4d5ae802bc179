"""The crates router on Node, over one table of URLs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROUTER = HERE.parents[1] / "infra" / "services" / "routers" / "crates.js"
TABLE: list[dict[str, str]] = json.loads((HERE / "golden" / "crates.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What the router makes of each row: one Node process for the whole table."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("the router tests need node on PATH")
    run = subprocess.run(
        [node, str(HERE / "run_router.cjs"), str(ROUTER)],
        input=json.dumps(TABLE),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return dict(zip((row["name"] for row in TABLE), json.loads(run.stdout), strict=True))


def test_row_names_are_unique() -> None:
    """Every row is a case of its own."""
    assert len({row["name"] for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_router_answers_as_the_table_says(row: dict[str, str], answers: dict[str, Any]) -> None:
    """A request is passed on with the given path, method and query string, or redirected to the given location."""
    answer = answers[row["name"]]
    if "redirect" in row:
        assert answer["statusCode"] == 301
        assert answer["headers"] == {"location": {"value": row["redirect"]}}
    else:
        assert answer["uri"] == row["uri"]
        assert answer["method"] == row.get("method", "GET")
        assert bool(answer["querystring"]) == ("uri_query" in row)


@pytest.mark.parametrize(
    "construct",
    [r"\bfor\s*\([^)]*\bof\b", r"\bclass\b", r"\.\.\.\w", r"\?\.", r"\?\?", r"\b(import|export)\b"],
)
def test_router_keeps_to_the_language_of_the_runtime(construct: str) -> None:
    """Node runs what CloudFront's runtime 2.0 refuses; the source has none of it."""
    code = "\n".join(line.split("//")[0] for line in ROUTER.read_text(encoding="utf-8").splitlines())
    assert not re.search(construct, code)
