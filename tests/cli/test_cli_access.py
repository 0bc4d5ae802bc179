"""`slipway access`, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud

ROOT = Path(__file__).resolve().parents[2]
SLIPWAY = str(Path(sys.executable).with_name("slipway"))


def slipway(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [SLIPWAY, "access", *arguments]
    env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **environment}
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("role", ["deployer", "uploader", "reviewer"])
def test_policies_are_printed_by_name(role: str) -> None:
    """As IAM takes them, for the account that was named."""
    done = slipway(role, "--stack", "staging", "--account", "210987654321")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == [f"slipway-staging-{role}-{number}" for number in range(1, len(found) + 1)]
    assert all(document["Version"] == "2012-10-17" for document in found.values())
    assert "210987654321" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["deployer", "--stack=nowhere", "--account=123456789012"], "Stacks of this project: production, staging."),
        (["deployer", "--stack=staging", "--account=1"], "'1' is no AWS account"),
        (["admin", "--stack=staging"], "'admin' is not one of"),
        (["deployer"], "--stack"),
    ],
)
def test_bad_input_is_one_error(arguments: list[str], said: str) -> None:
    """Exit status 2."""
    done = slipway(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_account_is_the_one_signed_in_to_by_default(running_cloud: RunningCloud, aws: Cloud) -> None:
    """STS says which."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    done = slipway("reviewer", "--stack=staging", AWS_ENDPOINT_URL=running_cloud.endpoint, **keys)
    assert done.returncode == 0, done.stderr
    assert f"arn:aws:cloudfront::{aws.account}:distribution/*" in done.stdout
