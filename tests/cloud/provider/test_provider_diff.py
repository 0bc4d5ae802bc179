"""Old inputs against new."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.provider.diff import diff, is_delete_first
from slipway.cloud.provider.table import lookup
from slipway.cloud.provider.values import UNKNOWN

RECORD, ZONE, CERTIFICATE = "aws:route53/record:Record", "aws:route53/zone:Zone", "aws:acm/certificate:Certificate"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
OLD = {"zoneId": "Z1", "name": "www.example.org", "type": "A", "ttl": 60, "records": ["192.0.2.1", "192.0.2.2"]}


def found(token: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {item.path: (item.kind, item.replaces) for item in diff(lookup(token), old, new, "us-east-1")}


@pytest.mark.parametrize(
    "new",
    [
        {**OLD, "records": ["192.0.2.2", "192.0.2.1"]},
        {**OLD, "name": "WWW.example.org."},
        {**OLD, "ttl": "60"},
        {**OLD, "allowOverwrite": False},
        {**OLD, "__defaults": []},
    ],
    ids=["order of a set", "spelling of a host", "number as text", "the default written out", "bookkeeping"],
)
def test_same_meaning_is_no_difference(new: dict[str, Any]) -> None:
    """Spelling does not make a diff."""
    assert found(RECORD, OLD, new) == {}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({**OLD, "type": "AAAA"}, {"type": ("update", False)}),
        ({**OLD, "name": "w.example.org"}, {"name": ("update", True)}),
        ({**OLD, "zoneId": "Z2"}, {"zoneId": ("update", True)}),
        ({**OLD, "zoneId": UNKNOWN}, {"zoneId": ("update", True)}),
        ({key: OLD[key] for key in OLD if key != "ttl"}, {"ttl": ("delete", False)}),
        ({**OLD, "healthCheckId": "x"}, {"healthCheckId": ("add", False)}),
        ({**OLD, "records": ["192.0.2.3"]}, {"records": ("update", False)}),
    ],
)
def test_record_differences(new: dict[str, Any], expected: dict[str, tuple[str, bool]]) -> None:
    """Only name and zone force replacement; a type changes in place (hazard H17)."""
    assert found(RECORD, OLD, new) == expected


def test_certificate_name_added_forces_replacement() -> None:
    """Subject alternative names cannot be changed in place (hazard H23), and their order means nothing."""
    old = {"domainName": "a.org", "subjectAlternativeNames": ["b.org", "c.org"], "validationMethod": "DNS"}
    more = {**old, "subjectAlternativeNames": ["b.org", "c.org", "d.org"]}
    assert found(CERTIFICATE, old, {**old, "subjectAlternativeNames": ["c.org", "b.org", "a.org"]}) == {}
    assert found(CERTIFICATE, old, more) == {"subjectAlternativeNames": ("update", True)}
    assert found(CERTIFICATE, old, {**old, "tags": {"a": "b"}}) == {"tags": ("add", False)}


def test_nested_difference_has_its_path() -> None:
    """Lists with an order are compared by position."""
    behaviour = {"pathPattern": "/a/*", "allowedMethods": ["GET", "HEAD"], "defaultTtl": 1}
    old = {"orderedCacheBehaviors": [behaviour]}
    new = {"orderedCacheBehaviors": [{**behaviour, "allowedMethods": ["HEAD", "GET"], "defaultTtl": 2}]}
    assert found(DISTRIBUTION, old, new) == {"orderedCacheBehaviors[0].defaultTtl": ("update", False)}


@pytest.mark.parametrize(
    ("token", "filled", "expected"),
    [(ZONE, [], True), (ZONE, ["name"], False), (ZONE, None, False), (RECORD, [], False)],
)
def test_direction_of_a_replacement(token: str, filled: list[str] | None, expected: bool) -> None:
    """Delete-first if the program gave the automatic name itself, and a record never is (hazards H3, H4)."""
    inputs = {"name": "example.org"} | ({} if filled is None else {"__defaults": filled})
    assert is_delete_first(lookup(token), inputs) is expected


def test_region_of_the_provider_itself_is_no_move() -> None:
    """Writing out the region a resource is in anyway replaces nothing."""
    old = {"domainName": "a.org", "validationMethod": "DNS"}
    assert not found(CERTIFICATE, old, {**old, "region": "us-east-1"}).get("region", ("", False))[1]
    assert found(CERTIFICATE, old, {**old, "region": "eu-west-1"})["region"][1]
