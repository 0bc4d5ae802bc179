"""`slipway rehearse`, as far as it gets without a cloud: what it is asked, and what it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SLIPWAY = (sys.executable, "-c", "from slipway.cli import main; main()", "rehearse")
STATE = json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": []}})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
    (tmp_path / "state.json").write_text(STATE)
    return tmp_path


def rehearse(project: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SLIPWAY, *words], cwd=project, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "pdf"), "--format 'pdf' is not known"),
        (("--plugin", "mine"), "--plugin 'mine' is not known"),
        (("--fault", "burn@1"), "--fault 'burn@1' is not a fault at a step"),
        (("--plugin", "official", "--runs", "2"), "takes no cues"),
        (("--state", "nowhere.json"), "cannot read nowhere.json"),
    ],
)
def test_bad_input_is_one_clear_error(project: Path, words: tuple[str, ...], says: str) -> None:
    done = rehearse(project, "production", *words)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_help_shows_examples_and_exit_statuses(project: Path) -> None:
    done = rehearse(project, "--help", COLUMNS="120", TERM="dumb")
    assert "slipway rehearse production --runs 5 --seed 7" in done.stdout
    assert "0 no hostname was dark" in done.stdout


@pytest.mark.engine
def test_the_official_plugin_has_to_be_installed(project: Path, tmp_path: Path) -> None:
    done = rehearse(project, "production", "--state", "state.json", "--plugin", "official", PULUMI_HOME=str(tmp_path))
    assert (done.returncode, "the official AWS plugin is not installed" in done.stderr) == (2, True), done.stderr


@pytest.mark.engine
def test_encrypted_settings_are_turned_away_with_the_way_out(project: Path) -> None:
    (project / "Pulumi.production.yaml").write_text("config:\n  cdn:key:\n    secure: v1:abc\n")
    done = rehearse(project, "production", "--state", "state.json")
    assert (done.returncode, "holds encrypted values" in done.stderr) == (2, True), done.stderr
