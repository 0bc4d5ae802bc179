"""The resource types around the CDN against a running MiniStack: created, read, changed, changed behind, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.table import TABLE

from .conftest import Maker, Resource
from .service_cases import CASES, Case, everything_around


@dataclass
class Live:
    """A case's resource, created."""

    case: Case
    resource: Resource
    cloud: Cloud
    queue: str

    def says(self, *edits: dict[str, Any]) -> dict[str, Any]:
        """The program's inputs, edited; None takes one away."""
        said = dict(self.case.inputs)
        for edit in edits:
            said |= edit
        return {name: self.real(value) for name, value in said.items() if value is not None}

    def real(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.real(item) for key, item in value.items()}
        state = self.resource.state or {}
        known = {"{queue}": self.queue, "{id}": self.resource.id, "{arn}": str(state.get("arn"))}
        for name, text in known.items() if isinstance(value, str) else ():
            value = value.replace(name, text)
        return value

    def behind(self) -> None:
        assert self.case.behind is not None
        client, call, arguments = self.case.behind
        getattr(self.cloud.client(client), call)(**self.real(arguments))


@pytest.fixture(params=CASES, ids=str)
def live(request: pytest.FixtureRequest, make: Maker, cloud: Cloud) -> Any:
    """The case's resource among the things it refers to; deleted afterwards."""
    everything_around(cloud)
    queue = cloud.client("sqs").get_queue_url(QueueName="cases-queue")["QueueUrl"]
    found = Live(request.param, make(request.param.token), cloud, queue)
    found.resource.create(found.says())
    yield found
    found.resource.delete()


def test_fresh_resource_shows_no_drift_and_no_difference(live: Live) -> None:
    """Check, create, read, compare: nothing to do, and the program's own spelling kept."""
    written = live.resource.inputs
    assert live.resource.refresh()
    assert live.resource.inputs == written
    assert live.resource.diff(live.says()) == {}


def test_every_output_that_the_facts_list_is_there(live: Live) -> None:
    """What the official provider computes, this one computes."""
    assert live.resource.state is not None
    missing = set(TABLE[live.case.token].facts.computed) - set(live.resource.state)
    assert missing == set()


def test_change_in_place_is_there_afterwards(live: Live) -> None:
    """The change differs without replacement, a refresh after it finds nothing new, and it can be taken back."""
    changed = live.says(live.case.change)
    found = live.resource.diff(changed)
    assert bool(found) == bool(live.case.change)
    assert not any(found.values())
    live.resource.update(changed)
    written = live.resource.inputs
    assert live.resource.refresh()
    assert live.resource.inputs == written
    live.resource.update(live.says())
    assert live.resource.refresh()
    assert live.resource.diff(live.says()) == {}


def test_change_that_aws_cannot_make_in_place_forces_replacement(live: Live) -> None:
    """As the facts table has it."""
    found = live.resource.diff(live.says(live.case.replace))
    assert {path.partition(".")[0] for path, replaces in found.items() if replaces} == set(live.case.replace)


@pytest.mark.parametrize("live", [case for case in CASES if case.behind], ids=str, indirect=True)
def test_refresh_sees_what_was_changed_behind_pulumis_back(live: Live) -> None:
    """The changed input differs from the program's, and the next update puts it back; what is gone is said to be."""
    live.behind()
    assert live.resource.refresh() == bool(live.case.seen)
    if live.case.seen:
        found = live.resource.diff(live.says())
        assert any(path.partition(".")[0] == live.case.seen for path in found)
        live.resource.update(live.says())
        live.resource.refresh()
        assert live.resource.diff(live.says()) == {}


def test_import_records_what_the_program_says(live: Live) -> None:
    """The same inputs then make no difference, but for what lives in Pulumi's state alone."""
    found = live.resource.imported(live.resource.id)
    assert found is not None
    assert found.diff(live.says()) == {}


def test_deleted_resource_is_gone_and_deleting_again_is_fine(live: Live) -> None:
    """A topic's policy never is: the default one comes back."""
    live.resource.delete()
    assert live.resource.refresh() == (live.case.token == "aws:sns/topicPolicy:TopicPolicy")
    live.resource.delete()
