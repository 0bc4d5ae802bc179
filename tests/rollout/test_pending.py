"""What was under way when the engine was killed, and the state without it."""

from __future__ import annotations

import copy
from typing import Any

from slipway.rollout.pending import Pending, half_made, pending_of, settled, unread

ZONE = "urn:pulumi:production::cdn::aws:route53/zone:Zone::zone"
NAME = "urn:pulumi:production::cdn::aws:route53/record:Record::www"


def resource(urn: str, id_: str = "", **more: Any) -> dict[str, Any]:
    found = {"urn": urn, "custom": True, "type": urn.split("::")[2], "inputs": {"name": "x"}, **more}
    return {**found, "id": id_, "outputs": {"name": "x", "more": 1}} if id_ else found


def state(*resources: dict[str, Any], **pending: dict[str, Any]) -> dict[str, Any]:
    operations = [{"type": kind, "resource": found} for kind, found in pending.items()]
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": operations}}


def test_what_has_not_ended_is_told_with_its_inputs() -> None:
    found = pending_of(state(resource(ZONE, "Z1"), creating=resource(NAME)))
    assert found == (Pending("creating", NAME, "aws:route53/record:Record", {"name": "x"}),)
    assert found[0].name == "www"


def test_state_of_an_apply_that_ended_has_nothing_pending() -> None:
    assert pending_of({"version": 3, "deployment": {}}) == ()
    assert pending_of({"version": 3, "deployment": {"pending_operations": None}}) == ()


def test_what_was_made_is_taken_in_after_what_it_depends_on() -> None:
    before = state(resource(ZONE, "Z1"), creating=resource(NAME))
    kept = copy.deepcopy(before)
    after = settled(before, {NAME: "Z1_www_A"})["deployment"]
    assert after["resources"] == [
        resource(ZONE, "Z1"),
        {**resource(NAME), "id": "Z1_www_A", "outputs": {"name": "x"}},
    ]
    assert "pending_operations" not in after
    assert before == kept


def test_what_was_not_made_is_forgotten() -> None:
    after = settled(state(resource(ZONE, "Z1"), creating=resource(NAME)), {})["deployment"]
    assert after == {"resources": [resource(ZONE, "Z1")]}


def test_updates_and_deletes_leave_the_resource_as_it_was() -> None:
    stands = [resource(ZONE, "Z1"), resource(NAME, "old")]
    pending = {"updating": resource(ZONE, "Z1"), "deleting": resource(NAME, "old")}
    assert settled(state(*stands, **pending), {})["deployment"] == {"resources": stands}


def test_what_a_replacement_replaces_is_still_to_be_deleted() -> None:
    after = settled(state(resource(ZONE, "Z1"), creating=resource(ZONE)), {ZONE: "Z2"})["deployment"]["resources"]
    assert [(each["id"], each.get("delete", False)) for each in after] == [("Z2", False), ("Z1", True)]


def test_what_was_deleted_before_its_replacement_is_gone() -> None:
    deleted = resource(ZONE, "Z1", pendingReplacement=True)
    after = settled(state(deleted, resource(NAME, "n"), creating=resource(ZONE)), {ZONE: "Z2"})["deployment"]
    assert [each["id"] for each in after["resources"]] == ["Z2", "n"]


def test_older_generation_that_is_to_be_deleted_already_stays_so() -> None:
    condemned = resource(ZONE, "Z0", delete=True)
    after = settled(state(condemned, creating=resource(ZONE)), {ZONE: "Z2"})["deployment"]["resources"]
    assert [(each["id"], each.get("delete", False)) for each in after] == [("Z0", True), ("Z2", False)]


def test_what_was_taken_in_is_still_to_be_read() -> None:
    """Also by somebody who comes later: whoever took it in may have been killed before it was read."""
    provider = resource("urn:pulumi:production::cdn::pulumi:providers:aws::default", "p")
    provider["outputs"] = provider["inputs"]
    after = settled(state(provider, resource(ZONE, "Z1"), creating=resource(NAME)), {NAME: "Z1_www_A"})
    assert unread(after) == (NAME,)
    after["deployment"]["resources"][-1]["outputs"] = {"name": "x", "fqdn": "www"}
    assert unread(after) == ()
    assert unread({"deployment": {}}) == ()


def test_create_that_failed_when_the_resource_was_there_is_half_made() -> None:
    whole, old = resource(ZONE, "Z1"), resource(NAME, "Z1_www_A", initErrors=["older"], delete=True)
    cut_off = resource(NAME, "Z1_www_AAAA", initErrors=["creating www: ExpiredToken"])
    expected = {"Z1_www_AAAA": Pending("creating", NAME, "aws:route53/record:Record", {"name": "x"})}
    assert half_made(state(whole, old, cut_off)) == expected
    assert half_made({"deployment": {}}) == {}
