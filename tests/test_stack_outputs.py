"""What a stack says of itself, and what is said when it has nothing to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from slipway.errors import BadInput, EngineError
from slipway.stack_outputs import DownloadOutputs, ServiceOutputs, parse, read

OUTPUTS: dict[str, Any] = {
    "environment": "staging",
    "zone": {"id": "Z1", "name": "staging.example.org", "name_servers": []},
    "logs": {"bucket": "logs-6eaa7f1"},
    "crates": {
        "bucket": "crates-1f0e3a2",
        "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "distribution_id": "E1",
        "distribution_domain": "d1.cloudfront.net",
        "host": "static.staging.example.org",
        "hostnames": ["cloudfront-static.staging.example.org", "static.staging.example.org"],
    },
    "redirects": {"www.example.org": {"to": "example.org", "distribution_id": "E3", "host": "www.example.org"}},
    "web": {"distribution_id": "E2", "host": "staging.example.org", "hostnames": ["staging.example.org"]},
}
PROGRAM = f"""
import json, pulumi
for name, value in json.loads({json.dumps(OUTPUTS)!r}).items():
    pulumi.export(name, value)
"""


def test_services_are_the_outputs_with_a_distribution() -> None:
    """Zone and logs are no services; a service of a server has no bucket; redirects go by their hosts."""
    found = parse("staging", json.dumps(OUTPUTS))
    assert sorted(found.services) == ["crates", "web", "www.example.org"]
    hostnames = ("cloudfront-static.staging.example.org", "static.staging.example.org")
    crates = ServiceOutputs("crates", "E1", "static.staging.example.org", "crates-1f0e3a2", hostnames)
    assert found.service("crates") == crates
    assert found.service("web").bucket == ""


def test_unknown_service_names_those_there_are() -> None:
    """Sorted."""
    with pytest.raises(BadInput, match="stack 'staging' has no service 'crate'") as caught:
        parse("staging", json.dumps(OUTPUTS)).service("crate")
    assert caught.value.advice == "It has crates, web, www.example.org."


COUNTING = {
    "logs": {"bucket": "logs-6eaa7f1", "queue": "https://sqs/1/logs-queue", "dead_letters": "https://sqs/1/logs-dead"},
    "downloads": {"workgroup": "downloads-1", "database": "downloads_a", "table": "lines_a"},
}


def test_what_downloads_are_counted_with_is_read_as_a_whole() -> None:
    """Bucket, queues, workgroup, database and table."""
    found = parse("staging", json.dumps({**OUTPUTS, **COUNTING})).downloads()
    assert found == DownloadOutputs(**COUNTING["logs"], **COUNTING["downloads"])


@pytest.mark.parametrize("gone", ["queue", "dead_letters", "table"])
def test_program_that_exports_less_cannot_count(gone: str) -> None:
    """An older program, or another one; its services are read all the same."""
    less = {name: {key: value for key, value in each.items() if key != gone} for name, each in COUNTING.items()}
    found = parse("staging", json.dumps({**OUTPUTS, **less}))
    assert found.service("crates").distribution_id == "E1"
    with pytest.raises(BadInput, match="stack 'staging' exports no queue of access logs"):
        found.downloads()


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("{}", BadInput, "was never deployed"),
        ('{"environment": "staging"}', BadInput, "exports no service"),
        ('{"crates": {"distribution_id": null}}', BadInput, "'crates' .* has another form"),
        ('{"crates": {"distribution_id": "E1", "hostnames": "a"}}', BadInput, "'crates' .* has another form"),
        ("[]", EngineError, "no JSON object"),
        ('["crates"]', EngineError, "no JSON object"),
        ("", EngineError, "no JSON object"),
    ],
)
def test_outputs_that_cannot_be_used_are_one_clear_error(text: str, error: type[Exception], said: str) -> None:
    """Never half believed."""
    with pytest.raises(error, match=said):
        parse("staging", text)


@pytest.mark.engine
def test_the_engine_is_asked_and_its_refusals_are_told(new_project: Callable[..., Any]) -> None:
    """A stack that is not there, one never deployed, one deployed, no project, no state, and no name."""
    project = new_project("outputs", PROGRAM)
    with pytest.raises(BadInput, match="there is no stack 'nowhere'"):
        read("nowhere", project.directory, project.shell)
    with pytest.raises(BadInput, match="stack 'dev' was never deployed"):
        read("dev", project.directory, project.shell)
    project.up()
    assert read("dev", project.directory, project.shell).service("crates").distribution_id == "E1"
    with pytest.raises(BadInput, match="no Pulumi project here"):
        read("dev", project.directory.parent, project.shell)
    lost = {**project.shell, "PULUMI_BACKEND_URL": f"file://{project.directory}/nowhere"}
    with pytest.raises(EngineError, match=r"the outputs of dev cannot be read: .*nowhere"):
        read("dev", project.directory, lost)


def test_stack_without_a_name_lists_those_of_the_project(tmp_path: Any) -> None:
    """The selected stack is not assumed."""
    (tmp_path / "Pulumi.staging.yaml").touch()
    with pytest.raises(BadInput, match="name the stack") as caught:
        read("", tmp_path)
    assert caught.value.advice == "Stacks of this project: staging."
