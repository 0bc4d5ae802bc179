"""`slipway ledger`, and the commands that write into it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.engine import Engine

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The committed staging settings with a ledger, and a program without resources."""
    directory = tmp_path / "project"
    directory.mkdir()
    settings = (ROOT / "Pulumi.staging.yaml").read_text()
    (directory / "Pulumi.staging.yaml").write_text(
        settings.replace("config:\n", "config:\n  slipway:ledger: past\n", 1)
    )
    (directory / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
    (directory / "__main__.py").touch()
    return directory


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Run:
    def command(*arguments: str, expect: int, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from slipway.cli import main; main()", *arguments],
            cwd=project,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return command


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    ).stdout.strip()


def entries(run: Run) -> list[dict]:
    return json.loads(run("ledger", "show", "staging", "--format", "json", expect=0).stdout)


def test_stack_without_a_ledger_says_how_to_get_one(run: Run, project: Path) -> None:
    (project / "Pulumi.staging.yaml").write_text((ROOT / "Pulumi.staging.yaml").read_text())
    done = run("ledger", "show", "staging", expect=2)
    assert "staging has no ledger" in done.stderr
    assert "slipway:ledger" in done.stderr


def test_stack_that_is_not_there_names_those_that_are(run: Run) -> None:
    assert "staging" in run("ledger", "verify", "production", expect=2).stderr


def test_kind_that_is_none_names_those_that_are(run: Run) -> None:
    assert "preflight, rehearsal" in run("ledger", "show", "staging", "--kind", "coffee", expect=2).stderr


def test_ledger_that_nobody_wrote_to_is_whole_and_empty(run: Run) -> None:
    assert "whole: 0 entries" in run("ledger", "verify", "staging", expect=0).stdout
    assert entries(run) == []


def test_smoke_test_is_written_down_with_commit_settings_and_author(run: Run, project: Path) -> None:
    """Without golden tables there is nothing to look at here, and nothing is proven by that."""
    git(project, "init", "--quiet")
    git(project, "config", "user.email", "ada@example.org")
    git(project, "config", "user.name", "Ada")
    (project / "requirements.lock").write_text("pulumi==3\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "a stack")
    done = run("smoke", "staging", "--only", "golden", expect=0)
    assert "written down as entry 1 of the ledger of staging" in done.stderr
    (project / "__main__.py").write_text("# edited\n")
    run("smoke", "staging", "--only", "golden", expect=0)
    first, second = entries(run)
    assert (first["who"], first["deed"]["kind"], first["deed"]["outcome"]) == (
        "Ada <ada@example.org>", "smoke", "inconclusive",
    )  # fmt: skip
    assert first["deed"]["config"].startswith("sha256:")
    assert first["deed"]["results"]["lock"] == f"sha256:{hashlib.sha256(b'pulumi==3' + bytes([10])).hexdigest()}"
    commit = git(project, "rev-parse", "HEAD")
    assert [first["deed"]["commit"], second["deed"]["commit"]] == [commit, f"{commit}-dirty"]
    assert second["previous"] == first["hash"]
    told = run("ledger", "show", "staging", "--last", "1", expect=0).stdout
    assert "smoke inconclusive" in told
    assert f"lock {first['deed']['results']['lock'][:19]}\n" in told
    assert f"{commit[:12]}-dirty" in told
    assert "    1  " not in told
    assert run("ledger", "show", "staging", "--kind", "apply", expect=0).stdout == ""


def test_changed_and_cut_ledgers_are_refused_with_1(run: Run, project: Path) -> None:
    for _ in range(2):
        run("smoke", "staging", "--only", "golden", expect=0)
    first, last = sorted((project / "past" / "staging").iterdir())
    whole = first.read_text()
    first.write_text(whole.replace("inconclusive", "passed"))
    assert "broken at entry 1" in run("ledger", "verify", "staging", expect=1).stderr
    first.write_text(whole)
    run("ledger", "verify", "staging", expect=0)
    last.unlink()
    assert "it is gone; this machine has seen 2 entries" in run("ledger", "show", "staging", expect=1).stderr
    done = run("smoke", "staging", "--only", "golden", expect=1)
    assert "broken at entry 2" in done.stderr


def test_what_an_entry_says_does_not_act_on_a_terminal(run: Run, project: Path) -> None:
    run("smoke", "staging", "--only", "golden", expect=0, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="user.email",
        GIT_CONFIG_VALUE_0="\x1b[31m\u202ea@example.org")  # fmt: skip
    done = run("ledger", "show", "staging", expect=0)
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.engine
def test_preflight_is_written_down_with_its_verdict(run: Run, engine: Engine, tmp_path: Path) -> None:
    """By the real engine, of a stack without resources."""
    shell = {
        "PATH": engine.search_path(os.environ["PATH"]),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    (tmp_path / "state").mkdir()
    init = ["pulumi", "stack", "init", "staging", "--non-interactive"]
    subprocess.run(init, cwd=tmp_path / "project", env={**os.environ, **shell}, check=True, capture_output=True)
    done = run("preflight", "staging", "--format", "json", expect=0, **shell)
    verdict = json.loads(done.stdout)
    (entry,) = entries(run)
    assert (entry["deed"]["kind"], entry["deed"]["outcome"]) == ("preflight", verdict["verdict"])
    assert entry["deed"]["plan"] == verdict["plan"]
