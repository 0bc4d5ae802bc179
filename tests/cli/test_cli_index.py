"""`slipway index set-dl` and `undo-dl`, as a user runs them: the local cloud's index, and crates served on loopback."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import VERSION

SLIPWAY = str(Path(sys.executable).with_name("slipway"))
FILE = b"the crate file of gtk" * 1000
SHA256 = hashlib.sha256(FILE).hexdigest()
API = "https://example.org/api/v1/crates"
GLUED = "https://static.example.orgcrates"
GTK = "--crate=gtk@0.1.0+v3.14"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def crates() -> Iterator[str]:
    """A download host that serves one crate file, in the form that clients ask for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/crates/gtk/0.1.0%2Bv3.14/download"
            self.send_response(200 if found else 403)
            self.end_headers()
            self.wfile.write(FILE if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/crates"
        server.shutdown()
        thread.join()


@pytest.fixture
def bucket(aws: Cloud) -> str:
    """The index: `config.json`, and one crate."""
    name, s3 = f"index-cli-{next(NUMBERS)}", aws.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="config.json", Body=json.dumps({"dl": API, "api": "https://example.org"}))
    line = {"name": "gtk", "vers": "0.1.0+v3.14", "cksum": SHA256}
    s3.put_object(Bucket=name, Key="3/g/gtk", Body=json.dumps(line))
    return name


@pytest.fixture
def distribution(aws: Cloud) -> str:
    """The index's distribution."""
    origin = {"Id": "o", "DomainName": "o.example.org", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": f"index-{next(NUMBERS)}",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
    }
    made: str = aws.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    return made


@pytest.fixture
def slipway(tmp_path: Path, running_cloud: RunningCloud, bucket: str, distribution: str) -> Callable[..., Any]:
    """Run `slipway index ARGUMENTS` in a project whose stack has that index."""
    outputs = {
        "index": {"distribution_id": distribution, "bucket": bucket, "host": "index.example.org"},
        "crates": {"distribution_id": "E1", "host": "static.example.org", "hostnames": ["static.example.org"]},
    }
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    pulumi = f'#!/bin/sh\ncase "$1" in version) echo v{VERSION};; stack) cat {tmp_path}/outputs.json;; esac\n'
    for name, text in {"pulumi": pulumi, "pulumi-language-python": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": running_cloud.endpoint,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "https_proxy": "http://127.0.0.1:9",  # nothing on the web is reached
        "no_proxy": "",
    }

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [SLIPWAY, "index", *arguments]
        return subprocess.run(
            command, env={**environment, **more}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def dl(aws: Cloud, bucket: str) -> str:
    return str(json.loads(aws.client("s3").get_object(Bucket=bucket, Key="config.json")["Body"].read())["dl"])


def invalidated(aws: Cloud, distribution: str) -> list[list[str]]:
    client = aws.client("cloudfront")
    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    found = [client.get_invalidation(DistributionId=distribution, Id=item["Id"]) for item in listed]
    return [item["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for item in found]


def test_dl_is_set_its_cache_dropped_and_undone(
    slipway: Any, aws: Cloud, bucket: str, distribution: str, crates: str
) -> None:
    """What was, what is, what proved it, and how to go back."""
    done = slipway("set-dl", "staging", crates, "--crate", "gtk@0.1.0+v3.14")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == [
        "dl of staging",
        f"was     {API!r}",
        f"is      {crates!r}",
        f"proof   {len(FILE)} bytes with the right SHA-256 from {crates}/gtk/0.1.0%2Bv3.14/download",
        "undo    slipway index undo-dl staging",
    ]
    assert done.stdout.splitlines()[5].startswith("caches  dropped /config.json after ")
    assert dl(aws, bucket) == crates
    undone = slipway("undo-dl", "staging", "--format", "json")
    assert undone.returncode == 0, undone.stderr
    found = json.loads(undone.stdout)
    assert (found["schema"], found["was"], found["is"], found["check"]) == ("slipway.index-dl/1", crates, API, None)
    assert dl(aws, bucket) == API
    assert invalidated(aws, distribution) == [["/config.json"], ["/config.json"]]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        # The outage of 2023-07-20, to the letter.
        ([GLUED, GTK], 1, "A slash is missing after static.example.org"),
        ([GLUED, GTK], 1, f"{GLUED}/gtk/0.1.0%2Bv3.14/download"),
        (["http://static.example.org/crates", GTK], 2, "is not https"),
        (["https://static.example.org/crates", "--crate=gtk"], 2, "no crate and version"),
        (["https://static.example.org/crates", "--crate=gtk@9.9.9"], 2, "the index has no gtk 9.9.9"),
        (["https://static.example.org/crates"], 2, "--crate"),
    ],
)
def test_refusal_changes_nothing_and_drops_nothing(
    slipway: Any, aws: Cloud, bucket: str, distribution: str, arguments: list[str], status: int, said: str
) -> None:
    """1 for what does not serve, 2 for what is no URL or no crate."""
    done = slipway("set-dl", "production", *arguments, COLUMNS="200", NO_COLOR="1")
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert dl(aws, bucket) == API
    assert invalidated(aws, distribution) == []


def test_wrong_path_on_the_right_host_is_refused(slipway: Any, aws: Cloud, bucket: str, crates: str) -> None:
    """The store answers 403 to a key that is not there."""
    done = slipway("set-dl", "production", f"{crates}/crates", "--crate=gtk@0.1.0+v3.14")
    assert done.returncode == 1
    assert f"{crates}/crates/gtk/0.1.0%2Bv3.14/download, and it does not come: status 403" in done.stderr
    assert dl(aws, bucket) == API


def test_undo_without_a_set_is_refused(slipway: Any) -> None:
    """Pulumi's own first document has none before it."""
    done = slipway("undo-dl", "staging")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is nothing to undo" in done.stderr


def test_failed_invalidation_says_that_the_document_is_written_and_what_is_left(
    slipway: Any, tmp_path: Path, aws: Cloud, bucket: str, crates: str
) -> None:
    """And the same command again would do the rest."""
    outputs = json.loads((tmp_path / "outputs.json").read_text())
    outputs["index"]["distribution_id"] = "ENONE"
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    done = slipway("set-dl", "staging", crates, "--crate=gtk@0.1.0+v3.14")
    assert done.returncode == 3
    assert "config.json is written" in done.stderr
    assert "slipway invalidate index /config.json --stack staging" in done.stderr
    assert dl(aws, bucket) == crates
