"""`slipway invalidate`, as a user runs it: an engine with one stack, a CloudFront that takes its time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.engine import VERSION

SLIPWAY = str(Path(sys.executable).with_name("slipway"))
OUTPUTS = {"crates": {"distribution_id": "E1", "host": "static.example.org"}}
XML = '<Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>I1</Id><Status>%s</Status></Invalidation>'


@dataclass
class Edge:
    """A CloudFront with one invalidation, I1. `asked` counts the questions for it; it is done after `slow` of them."""

    url: str = ""
    slow: int = 0
    asked: int = 0
    posted: list[str] = field(default_factory=list)
    first_question: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def edge() -> Iterator[Edge]:
    here = Edge()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, done: bool) -> None:
            body = (XML % ("Completed" if done else "InProgress")).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            here.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(201, done=False)

        def do_GET(self) -> None:
            here.asked += 1
            here.first_question.set()
            self.answer(200, done=here.asked > here.slow)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield here
        server.shutdown()
        thread.join()


@pytest.fixture
def environment(tmp_path: Path, edge: Edge) -> dict[str, str]:
    """A shell with that engine first on PATH and AWS tools led to that CloudFront."""
    (tmp_path / "outputs.json").write_text(json.dumps(OUTPUTS))
    pulumi = f'#!/bin/sh\ncase "$1" in version) echo v{VERSION};; stack) cat {tmp_path}/outputs.json;; esac\n'
    for name, text in {"pulumi": pulumi, "pulumi-language-python": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    aws = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    return {**os.environ, **aws, "AWS_ENDPOINT_URL": edge.url, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def slipway(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [SLIPWAY, "invalidate", *arguments]
        return subprocess.run(
            command, env={**environment, **more}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def test_paths_are_dropped_and_their_completion_awaited_with_progress(slipway: Any, edge: Edge) -> None:
    """Progress on standard error, one line on standard output."""
    edge.slow = 1
    done = slipway("crates", "/crates/gtk/gtk-0.1.0+v3.14.crate", "/a b", "--stack", "staging")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"crates of staging: invalidation I1 complete after \d+ s: 2 paths\n", done.stdout)
    assert "slipway: invalidation I1 in progress: 0 s" in done.stderr
    assert re.findall("<Path>(.*?)</Path>", edge.posted[0]) == ["/crates/gtk/gtk-0.1.0+v3.14.crate", "/a%20b"]


def test_without_paths_everything_is_dropped_and_json_says_so(slipway: Any, edge: Edge) -> None:
    """For scripts."""
    done = slipway("crates", "--stack=staging", "--format=json")
    found = json.loads(done.stdout)
    assert found.pop("seconds") >= 0
    assert found == {
        "schema": "slipway.invalidation/1",
        "stack": "staging",
        "service": "crates",
        "distribution_id": "E1",
        "id": "I1",
        "status": "completed",
        "paths": ["/*"],
    }


def test_no_wait_asks_nothing_further(slipway: Any, edge: Edge) -> None:
    """The id is what can be asked for later."""
    done = slipway("crates", "--stack=staging", "--no-wait")
    assert done.stdout == "crates of staging: invalidation I1 in progress: /*\n"
    assert edge.asked == 0


def test_time_limit_ends_the_waiting_with_status_3(slipway: Any, edge: Edge) -> None:
    """And says that the invalidation goes on."""
    edge.slow = 99
    done = slipway("crates", "--stack=staging", "--timeout=1")
    assert done.returncode == 3
    assert "invalidation I1 is not complete after 1 s; it goes on" in done.stderr
    assert "get-invalidation --distribution-id E1 --id I1" in done.stderr


def test_interrupt_leaves_the_invalidation_running_and_says_its_id(
    tmp_path: Path, environment: dict[str, str], edge: Edge
) -> None:
    """Ctrl-C ends the waiting alone."""
    edge.slow = 99
    command = [SLIPWAY, "invalidate", "crates", "--stack=staging"]
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A background job without job control (a CI runner's) ignores SIGINT, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert edge.first_question.wait(30)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, "")
    assert "invalidation I1 goes on" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["crate", "--stack=staging"], "has no service 'crate'"),
        (["crates", "dist", "--stack=staging"], "does not begin with a slash"),
        (["crates"], "name the stack"),
    ],
)
def test_bad_input_is_told_before_anything_is_dropped(
    slipway: Any, edge: Edge, arguments: list[str], said: str
) -> None:
    """Exit status 2, no traceback."""
    done = slipway(*arguments)
    assert (done.returncode, done.stdout, edge.posted) == (2, "", [])
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_aws_that_is_not_reached_or_not_signed_in_to_is_one_error(slipway: Any, tmp_path: Path) -> None:
    """3 for the cloud, 2 for the caller."""
    away = slipway("crates", "--stack=staging", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert away.returncode == 3
    assert "distribution E1 cannot be invalidated: Could not connect" in away.stderr
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    unknown = slipway("crates", "--stack=staging", **nobody, AWS_CONFIG_FILE=f"{tmp_path}/none", HOME=str(tmp_path))
    assert unknown.returncode == 2
    assert "Sign in first" in unknown.stderr
    assert "Traceback" not in unknown.stderr


@pytest.mark.engine
def test_with_the_real_engine_and_the_local_cloud(new_project: Callable[..., Any], aws: Cloud) -> None:
    """The id comes from the stack, the invalidation arrives."""
    origin = {"Id": "o", "DomainName": "o.example.org", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": "cli",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
    }
    made = aws.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    project = new_project("invalidate", f"import pulumi\npulumi.export('releases', {{'distribution_id': '{made}'}})\n")
    project.up()
    command = [SLIPWAY, "invalidate", "releases", "/dist/*", "--stack=dev", "--format=json"]
    done = subprocess.run(
        command, env=project.shell, cwd=project.directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    listed = aws.client("cloudfront").list_invalidations(DistributionId=made)["InvalidationList"]["Items"]
    assert [item["Id"] for item in listed] == [json.loads(done.stdout)["id"]]
