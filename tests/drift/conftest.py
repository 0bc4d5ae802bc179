"""Recorded refreshes, and a git that has no configuration but its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from site_by_hand import Repository

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], str]:
    """What the engine printed: `untouched`, `changed` or `refreshed`; record.py made it."""
    return lambda name: (RECORDED / f"{name}.json").read_text()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty repository with the branch main."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    directory = tmp_path / "repository"
    directory.mkdir()
    found = Repository(directory)
    found.git("init", "--quiet", "--initial-branch=main")
    return found
