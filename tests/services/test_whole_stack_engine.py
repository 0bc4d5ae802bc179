"""The committed production stack through the real engine, on a local cloud of its own: everything comes up, stays as it
is, serves, and an edit of each kind is judged as a team expects."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.cloud import environment, process
from slipway.cloud.provider.cloud import Cloud
from slipway.downloads.store import open_book
from slipway.engine import Engine
from slipway.plan import read_plan
from slipway.preflight import Verdict, check

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
CRATE = b"a crate file" * 1000
PREVIEW = ("preview", "--json", "--show-sames", "--show-replacement-steps")
Settings = dict[str, Any]
OwnCloud = Callable[..., AbstractContextManager[process.RunningCloud]]


class Stack:
    """The program of this repository in a directory, with one of its stacks on a cloud of its own."""

    def __init__(self, name: str, directory: Path, cloud: process.RunningCloud, engine: Engine) -> None:
        self.name, self.directory, self.cloud = name, directory, cloud
        self.shell = environment.within(cloud, engine, {**os.environ})
        (directory / "infra").symlink_to(ROOT / "infra")
        for file in ("Pulumi.yaml", f"Pulumi.{name}.yaml"):
            (directory / file).write_text((ROOT / file).read_text())
        self.settings = directory / f"Pulumi.{name}.yaml"

    def pulumi(self, *arguments: str) -> str:
        command = ["pulumi", *arguments, "--stack", self.name, "--non-interactive"]
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=self.shell,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def judged(self, edit: Callable[[Settings], None]) -> Verdict:
        """The verdict on an edit of the settings, which is then undone."""
        before = self.settings.read_text()
        document = yaml.safe_load(before)
        edit(document["config"])
        self.settings.write_text(yaml.safe_dump(document, sort_keys=False))
        try:
            return check(
                read_plan(self.pulumi(*PREVIEW)),
                environment="production",
                guarded=True,
                external=("pool.cdn.example.com",),
            )
        finally:
            self.settings.write_text(before)

    def fetch(self, service: str, path: str, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
        """What the distribution of a service answers: status, body, headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.cloud.port, timeout=20)
        try:
            domain = self.outputs[service]["distribution_domain"]
            connection.request(method, path, headers={"Host": domain, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            return answer.status, answer.read(), {key.lower(): value for key, value in answer.getheaders()}
        finally:
            connection.close()

    def put(self, bucket: str, key: str, body: bytes) -> None:
        Cloud(self.cloud.endpoint).client("s3").put_object(Bucket=bucket, Key=key, Body=body)

    outputs: dict[str, Any]


@contextmanager
def brought_up(name: str, directory: Path, own_cloud: OwnCloud, engine: Engine) -> Iterator[Stack]:
    """One of the committed stacks, up."""
    (directory / "project").mkdir()
    with own_cloud(directory / "cloud") as running:
        stack = Stack(name, directory / "project", running, engine)
        stack.pulumi("stack", "init")
        stack.pulumi("up", "--yes", "--skip-preview")
        stack.outputs = json.loads(stack.pulumi("stack", "output", "--json"))
        yield stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, own_cloud: OwnCloud, engine: Engine) -> Iterator[Stack]:
    """Production, up."""
    with brought_up("production", tmp_path_factory.mktemp("whole"), own_cloud, engine) as stack:
        yield stack


def test_a_stack_that_is_not_protected_is_destroyed_whole(tmp_path: Path, own_cloud: OwnCloud, engine: Engine) -> None:
    """Staging: nothing stays in the state, no bucket, zone, distribution or queue in the cloud."""
    with brought_up("staging", tmp_path, own_cloud, engine) as staging:
        assert " created" not in staging.pulumi("up", "--yes", "--skip-preview")
        staging.put(staging.outputs["crates"]["bucket"], "crates/a/a-1.0.0.crate", CRATE)
        staging.pulumi("destroy", "--yes", "--skip-preview")
        exported = json.loads(staging.pulumi("stack", "export"))
        assert exported["deployment"].get("resources", []) == []
        cloud = Cloud(staging.cloud.endpoint)
        assert cloud.client("s3").list_buckets()["Buckets"] == []
        assert cloud.client("route53").list_hosted_zones()["HostedZones"] == []
        assert cloud.client("cloudfront").list_distributions()["DistributionList"]["Quantity"] == 0
        assert cloud.client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_second_preview_finds_nothing_to_do(stack: Stack) -> None:
    """Everything is as the program says, and every name served."""
    verdict = stack.judged(lambda settings: None)
    assert verdict.approved
    assert verdict.changes == ()
    assert verdict.unchanged > 300
    assert {hostname.status for hostname in verdict.hostnames} == {"lit"}
    assert len(verdict.hostnames) == 23


def test_a_crate_is_fetched_whole_and_from_the_copy_when_the_first_bucket_fails(stack: Stack) -> None:
    """Replicated to the other region, and asked for there on a 503."""
    bucket = stack.outputs["crates"]["bucket"]
    stack.put(bucket, "crates/serde/serde-1.0.0+x.crate", CRATE)
    for status in (0, 503, 500, 502):
        process.fail_origin(stack.cloud, bucket, status)
        answer, body, _ = stack.fetch("crates", "/crates/serde/1.0.0+x/download")
        assert answer == 200, status
        assert hashlib.sha256(body).digest() == hashlib.sha256(CRATE).digest()
    process.fail_origin(stack.cloud, stack.outputs["crates"]["fallback_bucket"], 503)
    assert stack.fetch("crates", "/crates/serde/1.0.0+x/download")[0] >= 500
    for name in (bucket, stack.outputs["crates"]["fallback_bucket"]):
        process.fail_origin(stack.cloud, name)


def test_the_index_says_where_downloads_begin(stack: Stack) -> None:
    status, body, headers = stack.fetch("index", "/config.json")
    assert (status, json.loads(body)["dl"]) == (200, "https://static.example.org/crates")
    assert headers["content-type"] == "application/json"


def test_a_missing_release_answers_with_the_page_for_it(stack: Stack) -> None:
    stack.put(stack.outputs["releases"]["bucket"], "404.html", b"<h1>not here</h1>")
    status, body, _ = stack.fetch("releases", "/dist/nothing.tar.gz")
    assert (status, body) == (404, b"<h1>not here</h1>")


def test_a_log_that_is_put_into_the_log_bucket_is_counted(stack: Stack) -> None:
    """By the queue that the stack says: downloads appear, and the message is gone."""
    fields = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status cs(User-Agent)\n"
    line = "2026-08-20\t12:00:00\tGET\t/crates/serde/serde-1.0.0.crate\t200\tcargo/1.90\n"
    logs = stack.outputs["logs"]
    stack.put(logs["bucket"], "cloudfront/static.example.org/E1.gz", gzip.compress((fields + 3 * line).encode()))
    command = ["slipway", "downloads", "work", "--stack", stack.name, "--once"]
    done = subprocess.run(
        command, cwd=stack.directory, env=stack.shell, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    counted = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["outcome"], each["downloads"]) for each in counted if each["key"].endswith("E1.gz")] == [
        ("counted", 3)
    ]
    book = open_book(str(stack.directory / ".slipway" / "downloads.duckdb"))
    assert book.rows("SELECT crate, downloads FROM downloads") == [("serde", 3)]


def test_athena_counts_the_logs_where_they_lie_and_says_what_it_costs(stack: Stack) -> None:
    """By the table and the workgroup that the stack says; the same as on this machine."""
    fields = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status cs(User-Agent)\n"
    line = "2026-08-2{}\t12:00:00\tGET\t/crates/rand/rand-1.0.0.crate\t200\tcargo/1.90\n"
    log = gzip.compress((fields + line.format(1) * 2 + line.format(2) + "not a line\n").encode())
    stack.put(stack.outputs["logs"]["bucket"], "cloudfront/index.example.org/E1.2026-08-21-10.x.gz", log)
    command = ["slipway", "downloads", "count", "--engine", "athena", "--stack", stack.name]
    command += ["--host", "index.example.org", "--from", "2026-08-21", "--to", "2026-08-21"]
    done = subprocess.run(
        command, cwd=stack.directory, env=stack.shell, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "date,crate,version,downloads\n2026-08-21,rand,1.0.0,2\n"), done.stderr
    assert "Athena will scan 0.00 GB of 1 logs at most: 0.0001 dollars" in done.stderr
    assert "shape 1" in done.stderr


def test_fonts_are_immutable_and_pages_are_not(stack: Stack) -> None:
    for key in ("doc/stable/a.woff2", "doc/stable/index.html"):
        stack.put(stack.outputs["documentation"]["bucket"], key, b"x")
    assert "immutable" in stack.fetch("documentation", "/stable/a.woff2")[2]["cache-control"]
    status, _, headers = stack.fetch("documentation", "/stable/")
    assert status == 200
    assert "immutable" not in headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("host", "status", "location"),
    [
        ("www.example.org", 301, "https://example.org/a?b=1"),
        ("blog.example.org", 302, "https://blog.example.com/a?b=1"),
    ],
)
def test_a_redirect_keeps_path_and_query(stack: Stack, host: str, status: int, location: str) -> None:
    stack.outputs[host] = stack.outputs["redirects"][host]
    answer, _, headers = stack.fetch(host, "/a?b=1")
    assert (answer, headers["location"]) == (status, location)


def weight_step(settings: Settings) -> None:
    settings["slipway:crates"]["weights"]["static.example.org"] = {"cloudfront": 190, "second": 65}


def new_name_on_the_certificate(settings: Settings) -> None:
    settings["slipway:index"]["names"]["mirror-index.example.org"] = "certificate"


def ttl(settings: Settings) -> None:
    settings["slipway:documentation"]["default_ttl"] = 1800


def new_redirect(settings: Settings) -> None:
    settings["slipway:redirects"]["chat.example.org"] = {"to": "chat.example.com", "status": 301}


def alarm_threshold(settings: Settings) -> None:
    settings["slipway:alarms"] = {"hit_percent": 70.0}


def firewall_limit(settings: Settings) -> None:
    settings["slipway:web"]["requests_per_5_minutes"] = 3000


def redirect_target(settings: Settings) -> None:
    settings["slipway:redirects"]["blog.example.org"]["to"] = "news.example.com"


def two_services_at_once(settings: Settings) -> None:
    ttl(settings)
    weight_step(settings)


def name_before_its_certificate_is_issued(settings: Settings) -> None:
    settings["slipway:index"]["names"]["mirror-index.example.org"] = "served"


EDITS = [
    (weight_step, 1, "dns", True),
    (new_name_on_the_certificate, 1, "certificate", True),
    (ttl, 1, "distribution", True),
    (new_redirect, 1, "certificate", True),
    (alarm_threshold, 1, "alarm", True),
    (firewall_limit, 1, "access", True),
    (redirect_target, 1, "function", True),
    (two_services_at_once, 2, "distribution", False),
    (name_before_its_certificate_is_issued, 2, "certificate", False),
]


@pytest.mark.parametrize(
    ("edit", "changes", "kind", "approved"), EDITS, ids=lambda item: item.__name__ if callable(item) else None
)
def test_an_edit_is_judged_as_a_team_expects(
    stack: Stack, edit: Callable[[Settings], None], changes: int, kind: str, approved: bool
) -> None:
    """One edit of a kind is one change and approved; two are refused."""
    verdict = stack.judged(edit)
    told = [(change.kind, change.title) for change in verdict.changes], [one.message for one in verdict.refusals]
    assert (len(verdict.changes), verdict.approved) == (changes, approved), told
    assert kind in [change.kind for change in verdict.changes], told
    assert {hostname.status for hostname in verdict.hostnames} <= {"lit", "new"}, told
