"""Record sets: as the provider would write them, compared by what they answer, and swapped whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.cloud.provider.rows.route53_records import _record_set
from slipway.cloud.provider.rules import record_sets as rules
from slipway.errors import BadInput
from slipway.moves.record_sets import described, from_inputs, same, swapped
from slipway.route53.names import identity

ZONE = "example.org"
VALUES = {"A": "192.0.2.1", "AAAA": "2001:db8::1", "CNAME": "elsewhere.example", "TXT": "some text"}
POLICIES: list[dict[str, Any]] = [
    {"weightedRoutingPolicies": [{"weight": 7}]},
    {"failoverRoutingPolicies": [{"type": "PRIMARY"}]},
    {"latencyRoutingPolicies": [{"region": "eu-west-1"}]},
    {"geolocationRoutingPolicies": [{"country": "US", "subdivision": "CA"}]},
    {"geolocationRoutingPolicies": [{"continent": "EU"}]},
    {"multivalueAnswerRoutingPolicy": True},
]


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    """What a program may ask for."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    name = draw(st.sampled_from(["www", "www.example.org", "example.org", "*.example.org", "WWW.Example.org."]))
    found: dict[str, Any] = {"zoneId": "Z1", "name": name, "type": kind}
    if kind in ("A", "AAAA") and draw(st.booleans()):
        target = {"name": "d1.cloudfront.net", "zoneId": "Z2", "evaluateTargetHealth": draw(st.booleans())}
        found["aliases"] = [target]
    else:
        found |= {"ttl": draw(st.integers(0, 300)), "records": [VALUES[kind]]}
    if draw(st.booleans()):
        found |= {"setIdentifier": "one", **draw(st.sampled_from(POLICIES))}
    if draw(st.booleans()):
        found["healthCheckId"] = "abcdef"
    return found


@settings(deadline=None)
@given(resources())
def test_a_resource_is_the_record_set_that_the_provider_makes(inputs: dict[str, Any]) -> None:
    """The local provider's own translation is made from the API's model, and knows nothing of this one."""
    assert same(from_inputs(inputs, ZONE), _record_set(inputs, ZONE))


def test_a_policy_that_is_not_read_is_refused() -> None:
    with pytest.raises(BadInput, match="cidrRoutingPolicy"):
        from_inputs({"name": "www", "type": "A", "cidrRoutingPolicy": {"collectionId": "c"}}, ZONE)


@pytest.mark.parametrize(
    "change",
    [
        {"TTL": 61},
        {"Type": "AAAA"},
        {"Weight": 0},
        {"HealthCheckId": "abcdef"},
        {"ResourceRecords": [{"Value": "192.0.2.1"}]},
        {"ResourceRecords": [{"Value": "192.0.2.1"}, {"Value": "192.0.2.3"}]},
    ],
)
def test_record_sets_that_answer_otherwise_differ(change: dict[str, Any]) -> None:
    values = [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}]
    record = {"Name": "www.example.org.", "Type": "A", "TTL": 60, "ResourceRecords": values}
    assert same(record, {**record, "Name": "WWW.example.org", "ResourceRecords": values[::-1]})
    assert not same(record, {**record, **change})
    assert not same(record, None)


RECORD = st.builds(from_inputs, resources(), st.just(ZONE))
SETS = st.lists(RECORD, max_size=4, unique_by=identity)


@settings(deadline=None)
@given(SETS, SETS, SETS)
def test_a_swap_leaves_the_new_in_the_place_of_the_old(old: list[Any], new: list[Any], others: list[Any]) -> None:
    """And all else as it was. Sent again, nothing is left to do; sent where neither stands, it is refused."""
    touched = {identity(each) for each in (*old, *new)}
    beside = [each for each in others if identity(each) not in touched]
    batch = swapped([*beside, *old], old, new)
    assert batch is not None
    after = apply([*beside, *old], batch)
    assert {identity(each): each for each in after} == {identity(each): each for each in (*beside, *new)}
    assert swapped(after, old, new) == []
    if old and not all(same(one, other) for one in old for other in new if identity(one) == identity(other)):
        assert swapped([*beside, *({**each, "HealthCheckId": "by hand"} for each in old)], old, new) is None


@settings(deadline=None)
@given(SETS, SETS)
def test_a_swap_touches_nothing_that_stays(old: list[Any], new: list[Any]) -> None:
    batch = swapped(old, old, new) or []
    staying = {identity(one) for one in old for other in new if same(one, other)}
    assert staying.isdisjoint(identity(record) for _, record in batch)
    assert [action for action, _ in batch] == sorted((action for action, _ in batch), reverse=True)  # DELETE, CREATE


def apply(existing: list[Any], batch: list[Any]) -> list[Any]:
    """What Route 53 has after a batch, as far as it is about single record sets."""
    sets = {rules.identity(record): record for record in existing}
    for action, record in batch:
        if action == "DELETE":
            assert sets.pop(identity(record)) == record  # AWS wants the values exactly
        else:
            assert identity(record) not in sets
            sets[identity(record)] = record
    return list(sets.values())


def test_described_in_one_line() -> None:
    record = from_inputs(
        {"name": "www", "type": "CNAME", "ttl": 60, "records": ["a.example"], "setIdentifier": "one",
         "weightedRoutingPolicies": [{"weight": 7}]}, ZONE,
    )  # fmt: skip
    assert described(record) == "CNAME www.example.org (one; weight 7; TTL 60; a.example)"
