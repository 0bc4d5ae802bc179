"""`slipway downloads generate`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway.cli import _MODULES
from slipway.cli.app import application
from slipway.errors import BadInput


def run(*arguments: str):
    return CliRunner().invoke(application(_MODULES), ["downloads", "generate", *arguments])


def test_it_writes_logs_and_says_what_is_in_them(tmp_path: Path) -> None:
    """And the command to type next."""
    directory = tmp_path / "logs"
    done = run(str(directory), "--lines", "2000", "--cdn", "both", "--from", "2025-12-31", "--days", "2")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("2,000 lines, 1,6")
    assert f"slipway downloads count {directory}" in done.stdout
    assert sorted(path.name.split("-requests")[0] for path in directory.iterdir()) == ["cloudfront", "fastly"]


def test_json_is_for_machines(tmp_path: Path) -> None:
    """Lines, downloads and why the others are none."""
    done = run(str(tmp_path), "--lines", "2000", "--hostile", "0.5", "--compress", "none", "--format", "json")
    found = json.loads(done.stdout)
    assert found["lines"] == 2000 == found["downloads"] + sum(found["others"].values())
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".log"}


def test_mistakes_are_told(tmp_path: Path) -> None:
    """A directory with files in it, and too few files."""
    (tmp_path / "x").touch()
    done = run(str(tmp_path))
    assert isinstance(done.exception, BadInput)
    assert "not empty" in done.exception.message
    done = run(str(tmp_path / "new"), "--cdn", "both", "--files", "1")
    assert isinstance(done.exception, BadInput)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("wrong", [("--hostile", "2"), ("--days", "0"), ("--cdn", "other"), ("--from", "today")])
def test_options_are_checked(wrong: tuple[str, str], tmp_path: Path) -> None:
    """By typer, with exit status 2."""
    assert run(str(tmp_path / "new"), *wrong).exit_code == 2
