"""`slipway cloud` and `slipway env`, as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SLIPWAY = str(Path(sys.executable).with_name("slipway"))


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A cloud's directory, stopped afterwards whatever happened."""
    path = tmp_path / "cloud"
    yield path
    slipway(path, "cloud", "stop")


def slipway(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SLIPWAY_CLOUD_DIR": str(directory)}
    return subprocess.run(
        [SLIPWAY, *arguments], env=environment, cwd=directory.parent, capture_output=True, text=True, check=False
    )


def found(directory: Path) -> dict[str, object]:
    return json.loads(slipway(directory, "cloud", "status", "--format", "json").stdout)


def test_without_a_cloud_status_is_3_and_env_says_how_to_start(directory: Path) -> None:
    """Nothing is started by asking."""
    status = slipway(directory, "cloud", "status")
    assert (status.returncode, status.stdout) == (3, "not running\n")
    env = slipway(directory, "env")
    assert env.returncode == 3
    assert "slipway cloud start" in env.stderr
    assert not directory.exists()


@pytest.mark.engine
def test_cloud_starts_once_and_stops_without_a_trace(directory: Path) -> None:
    """A second start finds the first; after stop neither process nor directory is left."""
    assert slipway(directory, "cloud", "start").returncode == 0
    first = found(directory)
    assert slipway(directory, "cloud", "start").returncode == 0
    assert found(directory) == first
    stopped = slipway(directory, "cloud", "stop")
    assert stopped.stdout == "local cloud stopped\n"
    assert not directory.exists()
    assert slipway(directory, "cloud", "stop").stdout == "no local cloud was running\n"


@pytest.mark.engine
def test_cloud_that_was_killed_is_started_anew(directory: Path) -> None:
    """Its record is no longer true; the next start says nothing of it and works."""
    slipway(directory, "cloud", "start")
    cloud = found(directory)["cloud"]
    assert isinstance(cloud, dict)
    os.kill(cloud["pid"], signal.SIGKILL)
    time.sleep(0.3)
    assert found(directory)["running"] is False
    assert slipway(directory, "cloud", "start").returncode == 0
    assert found(directory)["running"] is True


@pytest.mark.engine
def test_two_starts_at_once_make_one_cloud(directory: Path) -> None:
    """The second waits for the first."""
    environment = {**os.environ, "SLIPWAY_CLOUD_DIR": str(directory)}
    starts = [
        subprocess.Popen([SLIPWAY, "cloud", "start"], env=environment, cwd=directory.parent, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = {start.communicate(timeout=120)[0].splitlines()[0] for start in starts}
    assert len(said) == 1


@pytest.mark.engine
def test_env_leads_a_shell_to_the_local_cloud_and_to_no_account(directory: Path) -> None:
    """Credentials and profiles of the caller are out of the way."""
    slipway(directory, "cloud", "start")
    script = f'eval "$({SLIPWAY} env)"; env; command -v pulumi; command -v pulumi-resource-aws'
    environment = {**os.environ, "SLIPWAY_CLOUD_DIR": str(directory), "AWS_PROFILE": "real", "AWS_ACCESS_KEY_ID": "AK"}
    shown = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
    assert "AWS_PROFILE=" not in shown
    assert "AWS_ACCESS_KEY_ID=test\n" in shown
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:" in shown
    assert shown.endswith(f"{directory}/bin/pulumi-resource-aws\n")


@pytest.mark.engine
def test_status_names_the_internet_and_env_leads_clients_there(directory: Path) -> None:
    """And the time scale that the start was given, now and when it runs already."""
    slipway(directory, "cloud", "start", "--time-scale", "60")
    cloud = found(directory)["cloud"]
    assert isinstance(cloud, dict)
    assert cloud["time_scale"] == 60
    assert cloud["internet"]["addresses"][0] == "127.0.0.1"
    shown = slipway(directory, "env", "--clients").stdout
    assert f"export https_proxy=http://127.0.0.1:{cloud['internet']['proxy']}\n" in shown
    assert f"export CURL_CA_BUNDLE={directory}/ca.pem\n" in shown
    assert f"SLIPWAY_LOCAL_INTERNET={directory}/internet.json" in slipway(directory, "env").stdout
    slipway(directory, "cloud", "start", "--time-scale", "0")
    assert "nothing takes any" in slipway(directory, "cloud", "status").stdout


@pytest.mark.engine
def test_internet_that_died_is_told_and_started_again(directory: Path) -> None:
    """The cloud itself runs on."""
    slipway(directory, "cloud", "start")
    cloud = found(directory)["cloud"]
    assert isinstance(cloud, dict)
    os.kill(cloud["internet"]["pid"], signal.SIGKILL)
    time.sleep(0.3)
    assert "its internet does not run" in slipway(directory, "cloud", "status").stdout
    assert slipway(directory, "env", "--clients").returncode == 3
    slipway(directory, "cloud", "start")
    again = found(directory)["cloud"]
    assert isinstance(again, dict)
    assert (again["pid"], bool(again["internet"])) == (cloud["pid"], True)
