"""The moves, on a stack that the real engine has deployed: afterwards a refresh finds no difference."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.smoke import network
from slipway.smoke.client import Session

pytestmark = pytest.mark.engine

HERE = Path(__file__).parent
SLIPWAY = (sys.executable, "-c", "from slipway.cli import main; main()")
NAME = "static.example.org"
TRY = {"aws-cf-cd-try": "yes"}


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
        lines = [line for line in file.read_text().splitlines() if not line.startswith(f"  moves:{key}:")]
        lines.insert(lines.index("config:") + 1, f"  moves:{key}: {value}")
        file.write_text("\n".join(lines) + "\n")

    def origins(self, times: int = 1, headers: dict[str, str] | None = None) -> Counter[str]:
        """From which origins so many requests for the site were answered, each with another query."""
        where = network.from_environment(self.project.shell)
        with Session(where, "site.example.org") as session:
            answers = [session.ask(f"/?{number}", headers=headers) for number in range(times)]
        return Counter(answer.header("x-slipway-stand-in") for answer in answers)

    def site(self) -> dict[str, Any]:
        """The site's distribution as it is configured."""
        client = self.cloud.client("cloudfront")
        id_ = self.project.state()["site"]["id"]
        found: dict[str, Any] = client.get_distribution_config(Id=id_)["DistributionConfig"]
        return {**found, "ContinuousDeploymentPolicyId": found.get("ContinuousDeploymentPolicyId", "")}

    def is_left(self) -> bool:
        """Whether there is a staging distribution or a policy."""
        client = self.cloud.client("cloudfront")
        listed = client.list_distributions()["DistributionList"]["Items"]
        policies = client.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]
        return any(each["Staging"] for each in listed) or policies["Quantity"] > 0

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


def test_a_change_is_tried_taken_back_tried_again_and_promoted(stage: Stage) -> None:
    """On requests with a header, and on a share of all; between and after it no difference is left but the change."""
    before = stage.site()
    stage.set("origin", "two.example.net")
    out, _ = stage.slipway("move", "stage", "site", "--header", "aws-cf-cd-try=yes", "--soak", "0", "--yes")
    assert "Next: slipway move promote site" in out
    assert (stage.origins(), stage.origins(headers=TRY)) == ({"one.example.net": 1}, {"two.example.net": 1})
    stage.project.pulumi("refresh", "--preview-only", "--expect-no-changes")
    stage.slipway("move", "detach", "site", "--yes")
    assert stage.site() == before
    assert not stage.is_left()

    stage.slipway("move", "stage", "site", "--weight", "15%", "--soak", "0", "--yes")
    assert 15 <= stage.origins(300)["two.example.net"] <= 80  # five standard deviations
    stage.slipway("move", "promote", "site", "--yes")
    assert stage.origins(20) == {"two.example.net": 20}
    stage.slipway("move", "detach", "site", "--yes")
    assert stage.project.steps("--refresh") == {}
    assert not stage.is_left()
    assert stage.outcomes()[-8:] == ["begun", "done"] * 4


@pytest.mark.skipif(os.environ.get("SLIPWAY_NIGHTLY") != "1", reason="a minute; without an engine it is tried anyway")
@pytest.mark.parametrize(("signalled", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_is_interrupted_leads_nobody_away_or_is_taken_down(
    stage: Stage, signalled: signal.Signals, status: int
) -> None:
    origin = f"{signalled.name.lower()}.example.net"
    stage.set("origin", origin)
    running = stage.start("move", "stage", "site", "--header", "aws-cf-cd-try=yes", "--soak", "1h", "--yes")
    until(lambda: stage.origins(headers=TRY) == {origin: 1})
    running.send_signal(signalled)
    stage.ended(running, status)
    _, err = stage.slipway("move", "promote", "site", "--yes", expect=1)
    assert "slipway move stage" in err
    stage.slipway("move", "detach", "site", "--yes")
    assert not stage.is_left()
