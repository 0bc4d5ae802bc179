"""`slipway next` with the real engine, on a small program in a repository of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rollout.clones import Clone

from slipway.engine import Engine, pulumi, warm
from slipway.engine.run import preview_within
from slipway.ledger import Deed, open_book
from slipway.state import state_folder

ROOT = Path(__file__).parents[3]
Next = Callable[..., subprocess.CompletedProcess[str]]

# The package `slipway` beside the program, in the commit's own work tree, is not the installed one: it has nothing but
# the names of the buckets.
PROGRAM = """\
import pulumi_aws as aws
import slipway

for name in slipway.BUCKETS:
    aws.s3.Bucket(name)
"""


@pytest.fixture
def project(clone: Clone, shell: dict[str, str]) -> Clone:
    """A deployed stack whose ledger says so."""
    settings = (
        (ROOT / "Pulumi.production.yaml").read_text().replace("config:\n", "config:\n  slipway:ledger: past\n", 1)
    )
    clone.write("Pulumi.yaml", f"name: next-{clone.path.parent.name}\nruntime: python\nmain: infra/\n")
    clone.write("Pulumi.production.yaml", settings)
    clone.write("infra/__main__.py", PROGRAM)
    clone.write(".gitignore", "past/\n__pycache__/\n")
    commit = clone.committed("infra/slipway/__init__.py", "BUCKETS = ['one']\n", "one bucket")
    for command in (["stack", "init", "production"], ["up", "--yes", "--skip-preview", "--stack", "production"]):
        done = subprocess.run(
            ["pulumi", *command, "--non-interactive"],
            cwd=clone.path,
            env=shell,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    book = open_book(str(clone.path / "past"), "production", shell)
    book.append(Deed(kind="apply", outcome="done", commit=commit), "Ada")
    return clone


@pytest.fixture
def slipway_next(project: Clone, shell: dict[str, str]) -> Next:
    def run(*arguments: str, expect: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from slipway.cli import main; main()", "next", "production", *arguments]
        done = subprocess.run(command, cwd=project.path, env=shell, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run


def remembered(shell: dict[str, str]) -> dict[str, int]:
    """The verdicts that are kept, and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in state_folder("next", shell).iterdir()}


@pytest.mark.engine
def test_next_lists_what_each_commit_does_and_finds_the_furthest_single_step(
    project: Clone, slipway_next: Next, shell: dict[str, str]
) -> None:
    package = "infra/slipway/__init__.py"
    project.committed("docs/page.md", "text", "a page")
    project.committed(package, "# the same\nBUCKETS = ['one']\n", "a comment")
    step = project.committed(package, "BUCKETS = ['one', 'two']\n", "a second bucket")
    project.committed(package, "BUCKETS = NOTHING\n", "a slip")
    project.committed(package, "BUCKETS = ['one', 'two', 'three']\n", "a third bucket")
    project.push()

    found = json.loads(slipway_next("--format", "json", expect=0).stdout)
    rows = {row["subject"]: row for row in found["commits"]}
    assert {subject: row["verdict"] for subject, row in rows.items()} == {
        "a second bucket": "approved",
        "a slip": "failed",
        "a third bucket": "refused",
    }
    assert "name 'NOTHING' is not defined" in rows["a slip"]["error"]
    assert "slipway-tree-" not in json.dumps(found)
    assert [each["title"] for each in rows["a second bucket"]["changes"]] == ["bucket two added"]
    assert [each["rule"] for each in rows["a third bucket"]["refusals"]] == ["one-change"]
    assert (found["deploy"], found["total"]) == (step, 5)

    kept = remembered(shell)
    assert len(kept) >= 3
    again = slipway_next(expect=0)
    assert remembered(shell) == kept
    assert f"-> {step[:12]}  a second bucket" in again.stdout
    assert f"git checkout {step[:12]} && slipway rollout" in again.stdout
    assert project.git("status", "--porcelain") == ""
    assert project.git("worktree", "list", "--porcelain").count("worktree ") == 1

    project.git("reset", "--quiet", "--hard", f"{step}~1")
    project.committed(package, "BUCKETS = ['one', 'two', 'three']\n", "two at once")
    project.git("push", "--quiet", "--force", "origin", "HEAD:main")
    refused = slipway_next(expect=1)
    assert "No commit is one proven step." in refused.stdout
    assert "slipway split production" in refused.stdout


@pytest.mark.engine
def test_preview_on_a_warm_python_is_that_of_a_fresh_one(project: Clone, engine: Engine, shell: dict[str, str]) -> None:
    project.write("infra/__main__.py", f"{PROGRAM}\naws.s3.Bucket('two', bucket='two-in-all')\n")
    fresh = json.loads(preview_within(pulumi.shell(engine, shell), engine, "production", project.path))
    with warm.python(("pulumi_aws.s3",), shell) as python:
        forked = replace(engine, python=python)
        found = json.loads(preview_within(pulumi.shell(forked, shell), forked, "production", project.path))
    assert found["changeSummary"] == {"create": 1, "same": 2}
    assert settled(found) == settled(fresh)


def settled(document: object) -> object:
    """Without what differs from one preview to the next, and the frames of the interpreter."""
    if isinstance(document, dict):
        return {key: settled(each) for key, each in document.items() if key not in ("duration", "stackTrace")}
    if isinstance(document, list):
        return sorted((settled(each) for each in document), key=json.dumps)
    return document
