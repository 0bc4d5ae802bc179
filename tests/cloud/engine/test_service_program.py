"""A small service as a team would write it: its CDN, its names, its logs, its nightly invalidation, its alarms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud

pytestmark = pytest.mark.engine

PROGRAM = (Path(__file__).parent / "service_program.py").read_text()
# A preview of the second `up` shows what a service's daily edits come to.
EDITS = [
    ("weight", "5", {"static-fastly-A": "update", "static-cloudfront-A": "update"}),
    ("threshold", "2", {"5xx": "update"}),
    ("limit", "1000", {"firewall": "update"}),
]


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Any]) -> Any:
    project = new_project("service", PROGRAM)
    project.up()
    return project


def test_second_up_changes_nothing(project: Any) -> None:
    """Neither by the state nor after a look at the cloud."""
    assert project.steps() == {}
    assert project.steps("--refresh") == {}
    project.up("--expect-no-changes")


@pytest.mark.parametrize(("key", "value", "steps"), EDITS, ids=[edit[0] for edit in EDITS])
def test_daily_edit_is_one_update_in_place(project: Any, key: str, value: str, steps: dict[str, str]) -> None:
    """A weight, an alarm's threshold, the firewall's limit."""
    project.pulumi("config", "set", key, value)
    assert project.steps() == steps
    project.pulumi("config", "rm", key)


def test_logs_reach_the_queue_and_crates_the_fallback(project: Any, aws: Cloud) -> None:
    """What S3 tells is received, what is under the prefix is replicated to the other region."""
    outputs = json.loads(project.pulumi("stack", "output", "--json").out)
    s3, sqs = aws.client("s3"), aws.client("sqs")
    s3.put_object(Bucket=outputs["logs"], Key="cloudfront/static/1.gz", Body=b"x")
    bodies = [
        message["Body"]
        for _ in range(2)
        for message in sqs.receive_message(QueueUrl=outputs["queue"], MaxNumberOfMessages=10).get("Messages", [])
    ]
    assert any("cloudfront/static/1.gz" in body for body in bodies)
    s3.put_object(Bucket=outputs["main"], Key="crates/a/a-1.0.0.crate", Body=b"crate")
    replica = aws.within("eu-west-1").client("s3")
    assert replica.get_object(Bucket=outputs["fallback"], Key="crates/a/a-1.0.0.crate")["Body"].read() == b"crate"


def test_wrong_order_is_refused_as_aws_refuses_it(project: Any) -> None:
    """The firewall of a live distribution stays; so does the alarm that a composite one needs."""
    project.pulumi("config", "set", "without", "firewall,5xx")
    run = project.up("--continue-on-error", expect=None)
    project.pulumi("config", "rm", "without")
    assert run.status != 0
    assert "WAFAssociatedItemException" in run.text
    assert "there are composite alarm(s) depending on it" in run.text
    project.up()
    assert project.steps("--refresh") == {}


def test_destroy_leaves_nothing(project: Any) -> None:
    """Of what the state knew; asked of the cloud by refreshing a copy of the state."""
    before = project.pulumi("stack", "export").out
    project.pulumi("destroy", "--yes", "--skip-preview")
    copy = project.directory / "before.json"
    copy.write_text(before)
    project.pulumi("stack", "import", "--file", str(copy))
    project.pulumi("refresh", "--yes", "--skip-preview")
    left = [resource["type"] for resource in project.state().values() if resource["type"].startswith("aws:")]
    assert left == []
