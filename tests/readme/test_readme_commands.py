"""The README's commands, run: each `console` block prints what the README says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from demo.project import copy_project

from slipway.cloud import environment, process, stacks
from slipway.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def shell(
    tmp_path_factory: pytest.TempPathFactory,
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
) -> Iterator[dict[str, str]]:
    """The environment of the reader's shell: a cloud of one's own, in which nothing else stands."""
    with own_cloud(tmp_path_factory.mktemp("reader") / "cloud") as running:
        yield environment.within(running, engine, {**os.environ})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str]) -> Path:
    """A copy of the project with production up, as the README's reader has it by then."""
    directory = copy_project(tmp_path_factory.mktemp("readme") / "project")
    stacks.create_stacks(directory, shell)
    status, out = run(directory, shell, "pulumi up --stack production --yes --skip-preview")
    assert status == 0, out
    return directory


def run(directory: Path, shell: dict[str, str], command: str) -> tuple[int, str]:
    words = shlex.split(command)
    if words[0] == "pulumi" and words[1] != "config":
        words.append("--non-interactive")
    done = subprocess.run(
        words, cwd=directory, env=shell, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode, done.stdout


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with what the README says it prints."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_readme_has_the_blocks_this_test_runs() -> None:
    """The refusal, three edits, a TTL, a mistake."""
    assert len(BLOCKS) == 6


def test_dark_name_of_the_readme_is_real_output() -> None:
    """The second report: every paragraph of it stands in what the captured case prints."""
    case = ROOT / "tests" / "cases" / "alias_moved_between_distributions" / "preview.json"
    done = subprocess.run(
        [Path(sys.executable).with_name("slipway"), "preflight", "--preview", case],
        capture_output=True,
        text=True,
        check=False,
    )
    shown = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[0]
    assert [part for part in shown.strip("\n").split("\n\n") if part not in done.stdout] == []


def test_every_console_block_prints_what_the_readme_says(project: Path, shell: dict[str, str]) -> None:
    """In the README's order: the refusal's transcript is that of the first edit."""
    transcript = commands(BLOCKS[0])[0][1]
    refused = ""
    for block in BLOCKS[1:]:
        for command, printed in commands(block):
            status, out = run(project, shell, command)
            if printed.startswith("exit status"):
                assert status == int(printed.split()[-1]), f"{command}\n{out}"
                refused = refused or (out if status == 1 else "")
            elif printed:
                assert out[out.index("Resources:") :].strip() == printed.strip(), command
            else:
                assert status == 0, f"{command}\n{out}"
    assert refused.startswith(transcript)


def test_readme_commands_leave_the_checkout_alone() -> None:
    """What the tests edited is a copy."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.production.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    assert changed.stdout == ""
