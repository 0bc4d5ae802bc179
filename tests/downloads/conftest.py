"""The slow counter, the table of cases and a PostgreSQL server stand beside these tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from server import new_database, running_server

POSTGRES = pytest.param("postgres", marks=pytest.mark.process)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with running_server() as url:
        yield url


@pytest.fixture(params=["duckdb", POSTGRES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a counting database may be: a file, and then a database of a server."""
    if request.param == "duckdb":
        return str(tmp_path / "downloads.duckdb")
    return new_database(request.getfixturevalue("postgres"))
