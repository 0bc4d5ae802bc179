"""The moves, on a stack that the real engine has deployed: afterwards a refresh finds no difference."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud

pytestmark = pytest.mark.engine

HERE = Path(__file__).parent
SLIPWAY = (sys.executable, "-c", "from slipway.cli import main; main()")
NAME = "static.example.org"


@dataclass(frozen=True)
class Stage:
    """The stack, and what stands in the cloud behind its back."""

    project: Any
    cloud: Cloud

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*SLIPWAY, *arguments, "--stack", "dev"],
            cwd=self.project.directory,
            env=self.project.shell,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def slipway(self, *arguments: str, expect: int = 0) -> tuple[str, str]:
        """What it says on standard output, and on standard error."""
        return self.ended(self.start(*arguments), expect)

    def ended(self, running: subprocess.Popen[str], expect: int) -> tuple[str, str]:
        out, err = running.communicate(timeout=120)
        assert "Traceback" not in err
        assert running.returncode == expect, out + err
        return out, err

    @property
    def weights(self) -> dict[str, int]:
        return {each["SetIdentifier"]: each["Weight"] for each in self.sets(NAME)}

    def sets(self, name: str) -> list[dict[str, Any]]:
        client = self.cloud.client("route53")
        zone = next(each["Id"] for each in client.list_hosted_zones()["HostedZones"] if each["Name"] == "example.org.")
        found = client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return [each for each in found if each["Name"] == f"{name}."]

    def set(self, key: str, value: str) -> None:
        """In the settings."""
        file = self.project.directory / "Pulumi.dev.yaml"
        file.write_text(file.read_text().replace("config:\n", f"config:\n  moves:{key}: {value}\n", 1))

    def outcomes(self) -> list[str]:
        files = sorted((self.project.directory / "past" / "dev").iterdir())
        return [json.loads(file.read_text())["entry"]["deed"]["outcome"] for file in files]


@pytest.fixture(scope="module")
def stage(new_project: Callable[..., Any], aws: Cloud) -> Stage:
    project = new_project("moves", (HERE / "program.py").read_text())
    settings = project.directory / "Pulumi.dev.yaml"
    settings.write_text((HERE / "Pulumi.dev.yaml").read_text() + settings.read_text())
    project.up()
    return Stage(project, aws)


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_shift_changes_weights_and_settings_alone(stage: Stage) -> None:
    before = stage.sets(NAME)
    out, _ = stage.slipway("shift", NAME, "fastly=5%", "--steps", "15", "--soak", "0", "--yes", "--write")
    assert "+      static.example.org: {cloudfront: 247, second: 13}" in out
    assert stage.weights == {"cloudfront": 247, "fastly": 13}
    assert [{**each, "Weight": 0} for each in stage.sets(NAME)] == [{**each, "Weight": 0} for each in before]
    assert stage.outcomes() == ["begun", "done", "begun", "done"]


def test_a_guarded_stack_is_not_moved_unasked(stage: Stage) -> None:
    _, err = stage.slipway("shift", NAME, "fastly=50%", expect=2)
    assert "Add --yes" in err


@pytest.mark.parametrize(("signalled", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_is_interrupted_goes_back_at_once_or_when_it_is_told_to(
    stage: Stage, signalled: signal.Signals, status: int
) -> None:
    before = stage.weights
    running = stage.start("shift", NAME, "fastly=50%", "--soak", "1h", "--yes")
    until(lambda: stage.weights != before)
    running.send_signal(signalled)
    stage.ended(running, status)
    if signalled is signal.SIGKILL:
        assert stage.weights != before
        _, err = stage.slipway("shift", NAME, "fastly=50%", "--yes", expect=1)
        assert f"slipway shift {NAME} --back" in err
        stage.slipway("shift", NAME, "--back", "--yes")
    assert stage.weights == before
    assert stage.outcomes()[-1] == ("failed" if signalled is signal.SIGINT else "done")


def test_a_swap_across_types_takes_the_state_with_it(stage: Stage) -> None:
    """One other record set depends on it, and its value is as before."""
    name = "docs.example.org"
    stage.set("docs", "alias")
    stage.slipway("move", "record", name, "--yes")
    assert [each["Type"] for each in stage.sets(name)] == ["A"]
    assert {"docs", "docs-alias"} & stage.project.state().keys() == {"docs-alias"}


def test_an_alias_moves_and_nothing_is_left_of_all_the_moves(stage: Stage) -> None:
    """Neither for an apply nor for a refresh."""
    out, _ = stage.slipway("move", "alias", "app.example.org", "--from", "blue", "--to", "green", "--yes")
    assert "The program does not" in out
    stage.set("app", "green")
    assert stage.project.steps("--refresh") == {}
    assert stage.sets("_app.example.org") == []
