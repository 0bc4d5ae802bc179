"""What has to be read again after a change: nothing that was not touched."""

from __future__ import annotations

import pytest

from slipway.cloud.internet.journal import Entry
from slipway.cloud.internet.reading import stale, touched
from slipway.cloud.internet.world import Certificate, Origin

ZONES = [("zone", "Z1"), ("zone", "Z2")]
DISTRIBUTION = ("distribution", "E1")
ORIGIN = Origin("b1.s3.amazonaws.com", "C1")
ISSUED, PENDING = Certificate(True, ("a.example.org",)), Certificate(False, ("b.example.org",))
FACTS = {
    ("certificate", "arn:1"): ISSUED,
    ("function", "arn:f"): True,
    ("access", ORIGIN): True,
    ("bucket", "b1"): True,
    ("policy", "b1"): "{}",
    ("bucket", "b2"): True,
}


@pytest.mark.parametrize(
    ("service", "identity", "found"),
    [
        ("route53", "Z1", ["Z1"]),
        ("route53", "Z9", ["Z9"]),  # new
        ("route53", "", ["Z1", "Z2"]),  # it does not say
        ("cloudfront", "E1", ["E1"]),
        ("acm", "arn:1", []),
        ("s3", "b1", []),
        ("faults", "", []),
    ],
)
def test_subjects_are_those_an_entry_names(service: str, identity: str, found: list[str]) -> None:
    """Zones and distributions; all known ones of the service where no id is given."""
    entry = Entry(1, 0.0, service, identity)
    assert sorted(identity for _, identity in touched([entry], [*ZONES, DISTRIBUTION])) == found


def test_subject_touched_twice_is_read_once_for_the_last_entry() -> None:
    """What is read then has both changes in it."""
    entries = [Entry(1, 10.0, "route53", "Z1"), Entry(2, 11.0, "route53", "Z1")]
    assert touched(entries, ZONES) == {("zone", "Z1"): entries[1]}


@pytest.mark.parametrize(
    ("service", "identity", "found"),
    [
        ("s3", "b1", {("bucket", "b1"), ("policy", "b1")}),
        ("acm", "arn:1", {("certificate", "arn:1")}),
        ("acm", "arn:2", set()),
        ("cloudfront", "", {("function", "arn:f"), ("access", ORIGIN)}),
        ("route53", "Z1", set()),
        ("faults", "", set()),
    ],
)
def test_facts_are_those_a_service_may_have_altered(service: str, identity: str, found: set[object]) -> None:
    """Buckets and certificates one by one."""
    assert stale([Entry(1, 0.0, service, identity)], FACTS) == found


def test_what_is_missing_or_not_issued_yet_is_always_looked_at_again() -> None:
    """Time issues certificates, without a call."""
    facts = {**FACTS, ("certificate", "arn:2"): PENDING, ("policy", "b2"): None}
    assert stale([], facts) == {("certificate", "arn:2"), ("policy", "b2")}
