"""`slipway drift`: what it is asked, and a repair that preflight judges, with an engine that is pretended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.ledger import Entry, open_book

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "drift" / "recorded"
Run = Callable[..., subprocess.CompletedProcess[str]]
_ENGINE = """#!/bin/sh
[ "$1" = version ] && { echo v3.259.0; exit; }
echo "$*" >> "$(dirname "$0")/asked"
cat "$(dirname "$0")/$1.json"
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A directory with an engine that prints what is recorded of the site that was changed by hand."""
    directory = tmp_path / "engine"
    directory.mkdir()
    for name, text in (("pulumi", _ENGINE), ("pulumi-language-python", "#!/bin/sh\n")):
        (directory / name).write_text(text)
        (directory / name).chmod(0o755)
    (directory / "refresh.json").write_text((RECORDED / "changed.json").read_text())
    (directory / "preview.json").write_text((RECORDED / "refreshed.json").read_text())
    return directory


@pytest.fixture
def run(tmp_path: Path, engine: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    project = tmp_path / "project"
    project.mkdir()
    settings = (ROOT / "Pulumi.production.yaml").read_text()
    (project / "Pulumi.production.yaml").write_text(
        settings.replace("config:\n", "config:\n  slipway:ledger: past\n", 1)
    )
    (project / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def command(*arguments: str, expect: int) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from slipway.cli import main; main()", "drift", *arguments],
            cwd=project,
            env={**os.environ, "PATH": f"{engine}{os.pathsep}{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return command


def entries(tmp_path: Path) -> list[Entry]:
    return [link.entry for link in open_book(str(tmp_path / "project" / "past"), "production").entries()]


def asked(engine: Path) -> list[str]:
    return [" ".join(line.split()[:2]) for line in (engine / "asked").read_text().splitlines()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--adopt", "--repair"), "two ways to settle one thing"),
        (("--yes",), "--yes with --repair"),
        (("--target", "urn"), "--target goes with"),
        (("--adopt", "--format", "json"), "for the check alone"),
    ],
)
def test_options_that_do_not_go_together_are_bad_input(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in run("production", *arguments, expect=2).stderr


def test_stack_that_is_not_there_names_those_that_are(run: Run) -> None:
    assert "production" in run("staging", expect=2).stderr


def test_check_asks_for_no_more_than_a_preview_and_is_written_down(run: Run, engine: Path, tmp_path: Path) -> None:
    done = run("production", expect=1)
    assert "drift in production: 4 changed by hand" in done.stdout
    assert "the ledger knows of no apply" in done.stdout
    assert asked(engine) == ["refresh --preview-only"]
    (entry,) = entries(tmp_path)
    assert (entry.deed.kind, entry.deed.outcome, entry.deed.results) == ("drift", "failed", {"by_hand": 4})
    assert "changed by hand: record CNAME www.drift.example" in entry.deed.changes


def test_clean_check_passes(run: Run, engine: Path, tmp_path: Path) -> None:
    (engine / "refresh.json").write_text((RECORDED / "untouched.json").read_text())
    assert "no drift: production" in run("production", expect=0).stdout
    assert "Nothing to take in" in run("production", "--adopt", expect=0).stdout
    assert "Nothing to put back" in run("production", "--repair", expect=0).stdout
    assert {entry.deed.outcome for entry in entries(tmp_path)} == {"passed"}
    assert set(asked(engine)) == {"refresh --preview-only"}


def test_repair_that_preflight_refuses_changes_nothing(run: Run, engine: Path, tmp_path: Path) -> None:
    """Production is guarded, and what this engine would put back at once is more than one change."""
    done = run("production", "--repair", "--yes", expect=1)
    assert "refused by one-change" in done.stdout
    assert "preflight refuses it" in done.stdout
    assert all(words.startswith(("refresh --preview-only", "preview --refresh")) for words in asked(engine))
    checked, refused = entries(tmp_path)
    assert (checked.deed.outcome, refused.deed.outcome) == ("failed", "refused")
    assert "one-change" in refused.deed.rules
    assert "drift" not in refused.deed.rules
    assert refused.deed.results["by_hand"] == 4


def test_target_that_was_not_changed_is_bad_input(run: Run) -> None:
    assert "is nothing to settle" in run("production", "--adopt", "--target", "urn:else", expect=2).stderr
