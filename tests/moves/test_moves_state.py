"""A swap in an exported state: whole, in an order that the engine takes, with nothing left that names what is gone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import BadInput, EngineError
from slipway.moves.refused import Refused
from slipway.moves.state import DISTRIBUTION, ZONE, _named, distribution, held, read, swapped, zone_around

BASE = "urn:pulumi:dev::cdn::"


def urn(name: str, type_: str = "aws:route53/record:Record") -> str:
    return f"{BASE}{type_}::{name}"


def resource(name: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"urn": urn(name), "type": "aws:route53/record:Record", "custom": True, "dependencies": list(needs), **more}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


@st.composite
def deployments(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Resources that depend on those before them."""
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 7))):
        before = [each["urn"] for each in found]
        needs = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        through = {"records": draw(st.lists(st.sampled_from(needs), unique=True))} if needs else {}
        found.append(resource(f"r{number}", *needs, propertyDependencies=through))
    return found


@settings(deadline=None)
@given(deployments(), st.data())
def test_whatever_depended_on_the_old_depends_on_the_new(resources: list[dict[str, Any]], data: st.DataObject) -> None:
    old = data.draw(st.lists(st.sampled_from([each["urn"] for each in resources]), unique=True, min_size=1))
    below = set(old)  # what depends on an old one cannot be what a new one depends on
    for each in resources:
        if below & set(each["dependencies"]):
            below.add(each["urn"])
    above = [each["urn"] for each in resources if each["urn"] not in below]
    needs = data.draw(st.lists(st.sampled_from(above), unique=True)) if above else []
    new = [resource(f"new{number}", *needs) for number in range(data.draw(st.integers(1, 2)))]
    before = state(*resources)
    kept = copy.deepcopy(before)
    after = swapped(before, old, new)["deployment"]["resources"]
    assert before == kept
    urns = [each["urn"] for each in after]
    assert set(urns) == {each["urn"] for each in resources} - set(old) | {each["urn"] for each in new}
    for number, each in enumerate(after):
        assert set(_named(each)) <= set(urns[:number])
    was = {each["urn"]: each for each in resources}
    for each in after:
        if each["urn"] in was and set(was[each["urn"]]["dependencies"]) & set(old):
            assert {one["urn"] for one in new} <= set(each["dependencies"])


def test_what_lives_in_the_old_one_is_not_orphaned() -> None:
    for tie in ({"parent": urn("old")}, {"deletedWith": urn("old")}):
        with pytest.raises(Refused, match="lives and dies"):
            swapped(state(resource("old"), resource("child", **tie)), [urn("old")], [resource("new")])


def test_what_the_new_one_needs_is_there() -> None:
    provider = f"{urn('other', 'pulumi:providers:aws')}::7"
    for tie in ({"parent": urn("absent")}, {"provider": provider}, {"dependencies": [urn("absent")]}):
        with pytest.raises(Refused, match="which is not there yet"):
            swapped(state(resource("old")), [urn("old")], [{**resource("new"), **tie}])


def test_a_new_one_that_depends_on_what_depends_on_the_old_is_refused() -> None:
    with pytest.raises(BadInput, match="depends on itself"):
        swapped(
            state(resource("old"), resource("text", urn("old"))), [urn("old")], [resource("new", urn("text"))]
        )  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"deployment": {"resources": [{"urn": 1}]}}'])
def test_what_is_no_state_is_said(text: str) -> None:
    with pytest.raises(EngineError):
        read(text)


def zone(id_: str, domain: str) -> dict[str, Any]:
    return {"urn": urn(id_, ZONE), "type": ZONE, "custom": True, "id": id_, "inputs": {"name": domain}}


def test_record_sets_of_a_name_are_found_whole_or_relative() -> None:
    def record(name: str, id_: str, fqdn: str = "", **more: Any) -> dict[str, Any]:
        inputs = {"zoneId": "Z1", "name": name, "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
        return resource(id_, inputs=inputs, outputs={"fqdn": fqdn} if fqdn else {}, **more)

    found = held(
        state(
            zone("Z1", "example.org"),
            record("www", "relative", "www.example.org"),
            record("www.example.org", "whole"),
            record("other", "other", "other.example.org"),
            record("www", "gone", "www.example.org", delete=True),
        ),
        "WWW.example.org.",
    )
    assert [each.urn for each in found] == [urn("relative"), urn("whole")]
    assert {(each.zone, each.domain, each.record["Name"]) for each in found} == {
        ("Z1", "example.org", "www.example.org")
    }


def test_the_zone_of_a_name_is_the_nearest() -> None:
    found = state(zone("Z1", "example.org"), zone("Z2", "staging.example.org"))
    assert zone_around(found, "www.staging.example.org") == ("Z2", "staging.example.org")
    assert zone_around(found, "staging.example.org") == ("Z2", "staging.example.org")
    assert zone_around(found, "www.example.org") == ("Z1", "example.org")
    with pytest.raises(BadInput, match="no hosted zone"):
        zone_around(found, "fooexample.org")


def test_a_distribution_goes_by_id_or_name() -> None:
    site = {
        "urn": urn("blue", DISTRIBUTION),
        "type": DISTRIBUTION,
        "id": "E1",
        "inputs": {"aliases": ["B.example.org", "a.example.org"]},
    }
    assert distribution(state(site), "E1") == distribution(state(site), "blue")
    assert distribution(state(site), "blue").aliases == ("a.example.org", "b.example.org")
    with pytest.raises(BadInput) as refused:
        distribution(state(site), "green")
    assert refused.value.advice == "It has blue (E1)."
