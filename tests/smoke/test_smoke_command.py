"""`slipway smoke ENV`, as a shell runs it, in the little internet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from little.site import ROOT, SHA256, Site

from slipway.cloud.internet.address import FILE, Internet, publish

pytestmark = pytest.mark.process

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(site: Site, tmp_path: Path) -> Path:
    """A project with the settings of the site, and its internet published as a local cloud does."""
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    (directory / "infra").symlink_to(ROOT / "infra")
    write(directory, site)
    network = site.network
    assert network
    assert network.ca
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    # One port for every name server: the first of the two is each of the places.
    address, port = network.authorities[0]
    publish(
        cloud,
        Internet(1, (address,), port, network.resolvers[0][1], network.https, network.http, 1, network.ca),
    )
    return directory


def write(directory: Path, site: Site) -> None:
    settings = {f"slipway:{key}": value for key, value in site.settings.items()}
    (directory / "Pulumi.staging.yaml").write_text(yaml.safe_dump({"config": settings}))


@pytest.fixture
def slipway(project: Path, tmp_path: Path) -> Command:
    def run(*arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from slipway.cli import main; main()", *arguments],
            cwd=project,
            env={**os.environ, "SLIPWAY_LOCAL_INTERNET": str(tmp_path / "cloud" / FILE), "NO_COLOR": "1", **others},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


def test_a_right_environment_passes_and_what_is_outside_is_said_to_be(slipway: Command) -> None:
    """The second CDN and the application's server are in no local internet."""
    done = slipway("smoke", "staging")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("smoke test passed: staging (example.org, on the local internet): ")
    assert "checks: pool.example.com is outside the local internet" in done.stdout
    assert "1 check: app.example.com is outside the local internet" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_dl_without_its_slash_fails_and_names_the_url(slipway: Command, site: Site) -> None:
    site.dl = "https://static.example.orgcrates"
    done = slipway("smoke", "staging", "--only", "downloads", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (1, "failed")
    assert document["seconds"] < 10
    messages = [one["message"] for one in document["checks"] if one["status"] == "failed"]
    assert all("https://static.example.orgcrates/demo/1.0.0" in message for message in messages)
    assert "A slash is missing after static.example.org" in messages[0]


def test_a_deploy_is_compared_with_what_was_before_it_as_often_as_one_asks(slipway: Command, site: Site) -> None:
    site.dropped.add("access-control-allow-origin")
    assert slipway("smoke", "staging").returncode == 1
    assert slipway("smoke", "staging", "--since-deploy").returncode == 0
    site.certificates.days["doc.example.net"] = 90  # another certificate
    site.dl = "https://static.example.orgcrates"
    for _ in range(2):
        done = slipway("smoke", "staging", "--since-deploy", "--only", "tls,downloads")
        assert done.returncode == 1
        assert "broken  downloads.config index.example.org" in done.stdout
        assert "moved   tls.names doc.example.net" in done.stdout
        assert "http." not in done.stdout


def test_some_families_alone_are_not_kept(slipway: Command) -> None:
    """They would not do as a baseline of all."""
    assert slipway("smoke", "staging", "--only", "dns").returncode == 0
    done = slipway("smoke", "staging", "--since-deploy")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no results from before the change" in done.stderr


def test_junit_goes_to_a_file(slipway: Command, project: Path) -> None:
    done = slipway("smoke", "staging", "--only", "dns", "--format", "junit", "--output", "smoke.xml")
    assert (done.returncode, done.stdout) == (0, "")
    assert (project / "smoke.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "there is no Pulumi.nowhere.yaml here"),
        (("staging", "--only", "ftp"), "there are no checks called 'ftp'"),
        (("staging", "--format", "yaml"), "Invalid value"),
        (("staging", "--timeout", "0"), "Invalid value"),
        (("staging", "--only", "dns", "--output", "no/such/folder/x"), "cannot write"),
    ],
)
def test_bad_input_is_one_message_and_status_2(slipway: Command, arguments: tuple[str, ...], says: str) -> None:
    done = slipway("smoke", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_variable_that_leads_nowhere_is_bad_input(slipway: Command) -> None:
    done = slipway("smoke", "staging", SLIPWAY_LOCAL_INTERNET="/nowhere/internet.json")
    assert done.returncode == 2
    assert "no local internet is there" in done.stderr


def test_an_environment_that_is_not_reached_at_all_has_failed(slipway: Command, project: Path, tmp_path: Path) -> None:
    """Within the time limit, with progress told meanwhile; and nothing later can be compared with that."""
    found = json.loads((tmp_path / "cloud" / FILE).read_text())
    (tmp_path / "cloud" / FILE).write_text(json.dumps({**found, "dns": 1, "resolver": 1, "https": 1, "http": 1}))
    done = slipway("smoke", "staging", "--timeout", "4")
    assert done.returncode == 1
    assert "smoke test failed" in done.stdout
    assert "checks done" in done.stderr
    assert "not kept for --since-deploy" in done.stderr
    assert slipway("smoke", "staging", "--since-deploy").returncode == 2


def test_every_check_is_a_test_of_pytest(slipway: Command, project: Path, tmp_path: Path, site: Site) -> None:
    """Its message is the failure, its reason the skip; -k chooses among them as among any."""
    site.dl = "https://static.example.orgcrates"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "slipway.smoke.pytest_plugin", "-p", "no:cacheprovider"),
            *("--slipway-env", "staging", "-k", "downloads", "-rsf", "--color=no", "-q"),
        ],
        cwd=project,
        env={**os.environ, "SLIPWAY_LOCAL_INTERNET": str(tmp_path / "cloud" / FILE)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "slipway-smoke[staging]::downloads.config index.example.org" in done.stdout
    assert "https://static.example.orgcrates/demo/1.0.0/download" in done.stdout
    assert "pool.example.com is outside the local internet" in done.stdout
    assert "Traceback" not in done.stdout
    assert SHA256 not in done.stdout


def test_pytest_without_an_environment_is_as_it_was(project: Path) -> None:
    """The plugin adds nothing, and an environment that there is not is a usage error."""
    (project / "test_ours.py").write_text("def test_it():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "slipway.smoke.pytest_plugin", "-p", "no:cacheprovider", "-q"]
    plain = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert (plain.returncode, "1 passed" in plain.stdout) == (0, True)
    wrong = subprocess.run(
        [*command, "--slipway-env", "nowhere"], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    assert wrong.returncode == 4
    assert "Pulumi.nowhere.yaml" in wrong.stderr
