"""`slipway preflight` as a process: what it reads, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[1] / "cases"
GOOD = CASES / "certificate_gains_a_name" / "preview.json"
BAD = CASES / "weighted_behind_new_certificate" / "preview.json"


def run(*args: object, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from slipway.cli import main; main()", "preflight", *map(str, args)]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env={**os.environ, **env}, timeout=60)
    text = subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in text.stderr
    return text


def test_an_approved_plan_ends_with_0_and_a_refused_one_with_1():
    assert run("--preview", GOOD).returncode == 0
    assert run("--preview", BAD).returncode == 1


def test_a_preview_is_read_from_standard_input():
    done = run("--preview", "-", "--format", "json", stdin=BAD.read_bytes())
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (1, "refused")


def test_every_report_says_up_to_which_step_there_is_a_way_back():
    """In a line for people, and in a field for machines."""
    plan = CASES / "second_distribution_removed" / "preview.json"
    assert "way back: proven until the delete of green starts, 30 seconds" in run("--preview", plan).stdout
    document = json.loads(run("--preview", plan, "--format", "json").stdout)
    assert (document["way_back"]["status"], document["way_back"]["until"]["op"]) == ("partial", "delete")


def test_the_environment_is_the_stacks_own_unless_named():
    document = json.loads(run("--preview", GOOD, "--format", "json").stdout)
    assert (document["environment"], document["guarded"]) == ("production", True)


@pytest.mark.parametrize(("name", "status"), [("staging", 0), ("production", 1), ("qa", 1), ("Staging", 1)])
def test_every_environment_but_staging_is_guarded(name, status):
    assert run("--preview", BAD, "--environment", name).returncode == status


def test_hosts_are_passed_on_as_they_are_given():
    args = ("--external", "Fastly.Example.net.", "--external", "192.0.2.1", "--retire", "old.example.org")
    document = json.loads(run("--preview", GOOD, "--format", "json", *args).stdout)
    assert document["external"] == ["fastly.example.net", "192.0.2.1"]
    assert document["retire"] == ["old.example.org"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--preview", "no-such-file.json"), "cannot read no-such-file.json"),
        (("--preview", "."), "cannot read ."),
        (("--preview", GOOD, "--format", "html"), "comes with a later version"),
        (("--preview", GOOD, "--format", "sarif"), "comes with a later version"),
        (("--preview", GOOD, "--format", "xml"), "is not known"),
        (("--preview", GOOD, "--external", "https://x"), "is not a host name"),
        (("--preview", GOOD, "--retire", ""), "is not a host name"),
        (("staging", "--preview", GOOD), "is of stack 'production', not of 'staging'"),
        (("--preview", GOOD, "--output", "/no/such/directory/report"), "cannot write"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_is_wrong(args, says):
    done = run(*args)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"[]", GOOD.read_bytes()[:20_000]])
def test_a_broken_preview_ends_with_2(data):
    done = run("--preview", "-", stdin=data)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


def test_without_a_stack_or_a_preview_the_stacks_there_are_are_named(tmp_path):
    for stack in ("staging", "production"):
        (tmp_path / f"Pulumi.{stack}.yaml").touch()
    done = run(cwd=tmp_path)
    assert done.returncode == 2
    assert "production, staging" in done.stderr


def test_the_report_goes_to_a_file_whole_and_nothing_is_left_beside_it(tmp_path):
    target = tmp_path / "report.md"
    target.write_text("before")
    done = run("--preview", BAD, "--format", "markdown", "--output", target)
    assert (done.returncode, done.stdout) == (1, "")
    assert target.read_text().startswith("## Preflight refused")
    assert list(tmp_path.iterdir()) == [target]


def test_a_pipe_gets_no_colour():
    assert "\x1b" not in run("--preview", BAD, FORCE_COLOR="").stdout


def test_help_shows_examples_and_exit_statuses():
    help_ = run("--help").stdout
    assert "Examples" in help_
    assert "--preview -" in help_
    assert "1 refused" in help_
