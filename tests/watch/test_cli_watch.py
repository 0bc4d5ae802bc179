"""`slipway watch`, as a user runs it: an engine with one stack, and the local cloud's CloudWatch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import VERSION

pytestmark = pytest.mark.process

SLIPWAY = str(Path(sys.executable).with_name("slipway"))
BEGUN = 12  # minutes ago

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def ids(aws: Cloud) -> dict[str, str]:
    """Distributions with an hour and a half of metrics: one as usual, one that fails since the change began, one that
    nobody asks."""
    now = int(time.time()) // 60
    made = {name: f"E{uuid.uuid4().hex[:12].upper()}" for name in ("crates", "index", "www")}
    for name, distribution in made.items():
        rows = [
            {
                "MetricName": metric,
                "Dimensions": [
                    {"Name": "DistributionId", "Value": distribution},
                    {"Name": "Region", "Value": "Global"},
                ],
                "Timestamp": datetime.fromtimestamp(minute * 60, UTC),
                "Value": value,
            }
            for minute in range(now - 95, now + 2)
            for metric, value in _values(name, minute, failing=minute >= now - BEGUN).items()
        ]
        for start in range(0, len(rows), 250):
            aws.client("cloudwatch").put_metric_data(Namespace="AWS/CloudFront", MetricData=rows[start : start + 250])
    return made


def _values(name: str, minute: int, *, failing: bool) -> dict[str, float]:
    five = 40.0 if failing and name == "crates" else 0.0
    requests = 2.0 if name == "www" else 2000.0 + 50 * (minute % 3)
    rates = {"TotalErrorRate": five, "4xxErrorRate": 0.0, "5xxErrorRate": five}
    return {"Requests": requests, **rates, "BytesDownloaded": requests * 1e5}


@pytest.fixture
def environment(tmp_path: Path, running_cloud: RunningCloud, ids: dict[str, str]) -> dict[str, str]:
    """A shell with an engine that knows the stack, and AWS tools led to the local cloud."""
    services = {name: {"distribution_id": made, "host": f"{name}.example.org"} for name, made in ids.items()}
    (tmp_path / "outputs.json").write_text(json.dumps(services))
    pulumi = f'#!/bin/sh\ncase "$1" in version) echo v{VERSION};; stack) cat {tmp_path}/outputs.json;; esac\n'
    for name, text in {"pulumi": pulumi, "pulumi-language-python": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    aws = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **aws, "AWS_ENDPOINT_URL": running_cloud.endpoint, "PATH": path}


@pytest.fixture
def slipway(tmp_path: Path, environment: dict[str, str]) -> Run:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [SLIPWAY, "watch", *arguments]
        return subprocess.run(
            command, env={**environment, **more}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=90
        )

    return run


def ago(minutes: int) -> str:
    return f"{datetime.fromtimestamp(time.time() - minutes * 60, UTC):%H:%M}"


def test_failing_service_is_named_with_status_1(slipway: Run, ids: dict[str, str]) -> None:
    """Once, from the beginning of the change; the table is plain, and nothing but the report is on standard output."""
    done = slipway("production", "--once", "--since", ago(BEGUN), NO_COLOR="1")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("production: fail (1 pass, 1 fail, 1 inconclusive), ")
    assert f"5xx-rise: crates ({ids['crates']}, crates.example.org), " in done.stdout
    assert "runbook: docs/runbooks/errors.md" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_one_document(slipway: Run) -> None:
    done = slipway("production", "--once", f"--since={ago(BEGUN)}", "--format=json")
    found = json.loads(done.stdout)
    assert [(each["service"], each["kind"]) for each in found["findings"]] == [("crates", "5xx-rise")]
    assert done.returncode == 1


@pytest.mark.parametrize(("services", "status"), [(["index"], 0), (["index", "www"], 4), (["crates", "www"], 1)])
def test_status_is_that_of_the_services_asked_for(slipway: Run, services: list[str], status: int) -> None:
    """0 as usual, 4 where the evidence is too thin, 1 where something is wrong whatever else is in doubt."""
    asked = [f"--service={name}" for name in services]
    assert slipway("production", "--once", f"--since={ago(BEGUN)}", *asked).returncode == status


def test_watch_tells_the_finding_and_does_not_wait_for_the_rest(slipway: Run) -> None:
    """Fifteen minutes were to come; progress is on standard error."""
    started = time.monotonic()
    done = slipway("production", "--since", ago(BEGUN), "--minutes=15")
    assert done.returncode == 1
    assert time.monotonic() - started < 60
    assert "UTC, production: fail" in done.stderr
    assert "5xx-rise" in done.stdout


def test_limits_and_runbooks_are_those_of_the_stacks_settings(slipway: Run, tmp_path: Path) -> None:
    """With 50 % of errors allowed, 40 % are no finding."""
    settings = (Path(__file__).parents[2] / "Pulumi.production.yaml").read_text()
    tolerant = settings.replace("config:\n", "config:\n  slipway:alarms: {error_percent: 50}\n", 1)
    (tmp_path / "Pulumi.production.yaml").write_text(tolerant)
    crates = ("production", "--once", "--service=crates", f"--since={ago(BEGUN)}")
    assert slipway(*crates).returncode == 0
    (tmp_path / "Pulumi.production.yaml").write_text(settings)
    assert "https://github.com/example/cdn/blob/main/docs/runbooks/errors.md" in slipway(*crates).stdout


def test_terminal_gets_a_table_that_renews_itself_and_honours_no_color(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Bold is no colour; red is."""
    for no_color, red in (("", True), ("1", False)):
        here, there = os.openpty()
        env = {**environment, "TERM": "xterm-256color", "COLUMNS": "150", **({"NO_COLOR": "1"} if no_color else {})}
        command = [SLIPWAY, "watch", "production", "--since", ago(BEGUN)]
        child = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=there, stderr=subprocess.DEVNULL)
        os.close(there)
        shown = _all_of(here)
        assert child.wait(60) == 1
        assert "\x1b[?25l" in shown  # the cursor is hidden while the table lives
        assert "5xx-rise" in shown
        assert ("31m" in shown) is red


def _all_of(terminal: int) -> str:
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux tells the end of a terminal
        pass
    finally:
        os.close(terminal)
    return b"".join(parts).decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since=yesterday"], "'yesterday' is no time"),
        (["--since=2999-01-01T00:00Z"], "in the future or more than 14 days ago"),
        (["--since=2023-07-20T10:05Z"], "in the future or more than 14 days ago"),
        (["--service=crate"], "has no service 'crate'"),
        (["--once", "--until-quiet"], "--once waits for nothing"),
    ],
)
def test_bad_input_is_status_2_and_no_traceback(slipway: Run, arguments: list[str], said: str) -> None:
    done = slipway("production", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_aws_that_is_not_reached_is_status_3(slipway: Run) -> None:
    done = slipway("production", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert (done.returncode, done.stdout) == (3, "")
    assert "CloudFront's metrics cannot be read: Could not connect" in done.stderr


def test_help_has_examples_and_every_status(slipway: Run) -> None:
    done: Any = slipway("--help", COLUMNS="160", NO_COLOR="1")
    assert "slipway watch production --since 10:05 --once" in done.stdout
    assert "4 inconclusive" in done.stdout
