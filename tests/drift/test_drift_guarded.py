"""What is put back on a guarded stack goes the way of every apply: judged, approved, applied, each in the ledger."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pretended import PretendedEngine
from site_by_hand import PROGRAM, Repository, settings

from slipway.cli.recording import record
from slipway.config import read_file
from slipway.ledger import Deed, open_book

pytestmark = pytest.mark.process
Drift = Callable[..., subprocess.CompletedProcess[str]]


def of_staging(document: str) -> str:
    """A recorded document as one of the stack staging."""
    return document.replace("urn:pulumi:dev::", "urn:pulumi:staging::")


def one_change(document: str) -> str:
    """A recorded preview of which all stays as it is but the record set of www."""
    read = json.loads(document)
    steps = [step for step in read["steps"] if step["op"] == "same" or step["urn"].endswith("::www")]
    return json.dumps({"steps": steps, "changeSummary": {"same": len(steps) - 2, "update": 1}})


@pytest.fixture
def engine(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], str]
) -> PretendedEngine:
    """Of a guarded stack that was applied, and then changed by hand."""
    engine = PretendedEngine(tmp_path / "engine")
    engine.install()
    engine.prints("refresh", of_staging(recorded("changed")))
    engine.prints("preview", one_change(of_staging(recorded("refreshed"))))
    engine.prints("up", "")
    engine.prints("stack", json.dumps({"version": 3, "deployment": {}}))  # nothing that an apply left behind
    monkeypatch.setenv("PATH", f"{engine.directory}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    repository.git("config", "user.name", "Ada")
    repository.git("config", "user.email", "ada@example.org")
    repository.commits(
        "first",
        project="name: site\nruntime: python\n",
        staging=settings().replace("guarded: false", "guarded: true").replace("protect: false", "protect: true"),
        ignored="past/\n",
        program=PROGRAM,
    )
    path = repository.directory / "Pulumi.staging.yaml"
    record(read_file(path), path, Deed(kind="apply", outcome="done"))
    return engine


@pytest.fixture
def drift(repository: Repository, engine: PretendedEngine, recorded: Callable[[str], str]) -> Drift:
    www = next(
        step["urn"] for step in json.loads(of_staging(recorded("changed")))["steps"] if step["urn"].endswith("::www")
    )

    def run(*arguments: str, expect: int) -> subprocess.CompletedProcess[str]:
        words = ("drift", "staging", "--repair", "--target", www, *arguments)
        command = [sys.executable, "-c", "from slipway.cli import main; main()", *words]
        done = subprocess.run(command, cwd=repository.directory, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run


def entries(repository: Repository) -> list[str]:
    found = [link.entry.deed for link in open_book(str(repository.directory / "past"), "staging").entries()]
    return [f"{deed.kind} {deed.outcome}" for deed in found]


def test_what_is_put_back_is_judged_approved_and_applied(
    drift: Drift, engine: PretendedEngine, repository: Repository
) -> None:
    drift("--yes", expect=1)  # the engine that is pretended finds the same again
    assert entries(repository) == [
        "apply done",
        "drift failed",
        "drift begun",
        "preflight approved",
        "approval approved",
        "apply begun",
        "apply done",
        "drift done",
    ]
    assert [words for _, words in engine.asked()].count("up") == 1


def test_without_yes_nothing_is_approved_or_applied(
    drift: Drift, engine: PretendedEngine, repository: Repository
) -> None:
    assert "--repair --yes --target" in drift(expect=1).stdout
    assert entries(repository) == ["apply done", "drift failed"]
    assert "up" not in [words for _, words in engine.asked()]


def test_apply_that_fails_is_written_down_and_told(
    drift: Drift, engine: PretendedEngine, repository: Repository
) -> None:
    (engine.directory / "up.json").unlink()
    assert "putting it back in staging failed" in drift("--yes", expect=3).stderr
    assert entries(repository)[-2:] == ["apply failed", "drift failed"]


def test_ledger_in_a_folder_is_the_same_one_for_the_older_program(
    drift: Drift, engine: PretendedEngine, repository: Repository
) -> None:
    """It is put back from a work tree of the deployed commit, and written down where this one's ledger is."""
    deployed = repository.git("rev-parse", "HEAD")
    repository.commits("second", program="pass")
    drift("--yes", expect=1)
    assert entries(repository)[-4:] == ["approval approved", "apply begun", "apply done", "drift done"]
    assert [commit for commit, words in engine.asked() if words == "up"] == [deployed]
