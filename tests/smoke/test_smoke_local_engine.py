"""The smoke test against the local cloud's own internet: a staging stack, brought up by the real engine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import yaml
from little.site import ROOT

from slipway.cloud import clock, environment, process
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine

pytestmark = pytest.mark.engine

SLIPWAY = (sys.executable, "-c", "from slipway.cli import main; main()")
CRATE = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CRATE).hexdigest()
VERSIONS = ("1.0.0", "1.0.0+build.1")
HOST = "static.staging.example.org"
INDEX = {
    "host": "index.staging.example.org",
    "names": {"index.staging.example.org": "served"},
    "default_ttl": 3600,
    "max_ttl": 3600,
    "price_class": "PriceClass_100",
    "dl": f"https://{HOST}/crates",
    "api": "https://staging.example.org",
}


class Staging:
    """The demo's staging stack with an index, its sample crates published, in a cloud of its own."""

    def __init__(self, directory: Path, cloud: process.RunningCloud, engine: Engine) -> None:
        self.directory, self.cloud = directory, cloud
        self.shell = environment.within(cloud, engine, {**os.environ})
        (directory / "infra").symlink_to(ROOT / "infra")
        (directory / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
        settings = yaml.safe_load((ROOT / "demo" / "stacks" / "Pulumi.staging.yaml").read_text())
        samples = [{"name": "slipway-smoke", "version": version} for version in VERSIONS]
        settings["config"] |= {"slipway:index": INDEX, "slipway:smoke": {"crates": samples}}
        (directory / "Pulumi.staging.yaml").write_text(yaml.safe_dump(settings))
        self._run("pulumi", "stack", "init", "staging", "--non-interactive")
        self._run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", "staging")
        self.outputs = json.loads(self._run("pulumi", "stack", "output", "--json", "--stack", "staging"))
        lines = []
        for version in VERSIONS:
            self.put("crates", f"crates/slipway-smoke/slipway-smoke-{version}.crate", CRATE, "application/gzip")
            lines.append(json.dumps({"name": "slipway-smoke", "vers": version, "cksum": SHA256}))
        self.put("index", "sl/ip/slipway-smoke", "\n".join(lines).encode(), "text/plain")

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self.directory, env=self.shell, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def put(self, service: str, key: str, body: bytes, kind: str) -> None:
        bucket = self.outputs[service]["bucket"]
        Cloud(self.cloud.endpoint).client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)

    def set_dl(self, dl: str) -> None:
        """By hand, past every guard, and dropped from the caches."""
        self.put("index", "config.json", json.dumps({"dl": dl, "api": INDEX["api"]}).encode(), "application/json")
        self._run(*SLIPWAY, "invalidate", "index", "/config.json", "--stack", "staging")

    def smoke(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from slipway.cli import main; main()",
                "smoke",
                "staging",
                "--format",
                "json",
                *arguments,
            ],
            cwd=self.directory,
            env=self.shell,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def staging(
    tmp_path_factory: pytest.TempPathFactory,
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
) -> Iterator[Staging]:
    directory = tmp_path_factory.mktemp("smoke")
    (directory / "project").mkdir()
    with own_cloud(directory / "cloud", clock.USUAL_SCALE) as running:
        yield Staging(directory / "project", running, engine)


def failures(document: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["message"] for one in document["checks"] if one["status"] == "failed"}


def test_staging_passes(staging: Staging) -> None:
    """DNS, TLS, HTTP, downloads and the router's table, as in the real internet."""
    _, document = staging.smoke()
    assert failures(document) == {}
    passed = {one["id"].partition(" ")[0] for one in document["checks"] if one["status"] == "passed"}
    assert passed >= {
        *("dns.authority", "dns.negative_ttl", "dns.agree", "dns.ttl", "dns.caa", "dns.aaaa"),
        *("tls.chain", "tls.names", "tls.expiry", "tls.versions"),
        *("http.https", "http.methods", "http.cors", "http.not_found", "http.range"),
        *("downloads.config", "downloads.crate", "downloads.forms", "golden.table"),
    }
    skipped = {one["message"] for one in document["checks"] if one["status"] == "skipped"}
    assert "the local cloud's edge locations keep no files" in skipped


def test_the_missing_slash_of_2023_07_20_is_caught_in_under_ten_seconds(staging: Staging) -> None:
    """Naming the wrong URL, and as what the deploy broke; mended, all is as it was."""
    staging.set_dl(f"https://{HOST}crates")
    try:
        status, document = staging.smoke("--since-deploy", "--only", "downloads")
    finally:
        staging.set_dl(INDEX["dl"])
    assert (status, document["verdict"]) == (1, "failed")
    assert document["seconds"] < 10
    broken = document["since"]["broken"]
    assert f"downloads.config {INDEX['host']}" in broken
    assert "downloads.crate slipway-smoke@1.0.0 by cloudfront" in broken
    for message in failures(document).values():
        assert f"https://{HOST}crates/slipway-smoke/1.0.0" in message
        assert f"A slash is missing after {HOST}" in message
    status, document = staging.smoke("--since-deploy", "--only", "downloads")
    assert (status, document["since"]["broken"], document["since"]["drifted"]) == (0, [], [])
