"""Statuses that no committed case shows: names that lead through others, hostile plans, large ones."""

from __future__ import annotations

import json
import time

import pytest

from slipway.plan import read_plan
from slipway.preflight import Durations, Hostname, check

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STATIC = "static.example.org"


@pytest.fixture
def proven(site):
    """The hostnames of the site, by name; further arguments go to `check`."""

    def prove(**given: object) -> dict[str, Hostname]:
        plan = read_plan(json.dumps(site.document()))
        verdict = check(plan, environment="production", guarded=True, **given)
        return {hostname.name: hostname for hostname in verdict.hostnames}

    return prove


def record(site, how: str, urn: str, name: str, target: object, **more: object) -> None:
    inputs = {"name": name, "type": "CNAME", "ttl": 300, "records": target, "zoneId": ("Zzone", "zone"), **more}
    getattr(site, how)("record", urn, **inputs)


def test_a_name_falls_with_the_name_it_leads_through(site, proven):
    record(site, "has", "www", "www.example.org", [STATIC])
    site.serve("cdn", [STATIC, "www.example.org"], "arn:cert", "issued")
    site.delete("static")
    found = proven(retire=(STATIC,))
    assert found[STATIC].status == "retired"
    assert found["www.example.org"].status == "dark"
    assert [event.event for event in found["www.example.org"].counterexample] == ["start"]


def test_a_new_name_that_leads_through_one_made_beside_it_is_dark(site, proven):
    record(site, "create", "www", "www.example.org", ["cdn.example.org"])
    record(site, "create", "through", "cdn.example.org", ["mirror.example.net"])
    found = proven(external=("mirror.example.net",))
    assert found["www.example.org"].status == "dark"
    assert found["cdn.example.org"].status == "new"


def test_a_new_name_in_its_order_is_new(site, proven):
    record(site, "create", "through", "cdn.example.org", ["mirror.example.net"])
    record(site, "create", "www", "www.example.org", (["cdn.example.org"], "through"))
    assert {h.status for h in proven(external=("mirror.example.net",)).values()} == {"new", "lit"}


def test_a_record_replaced_delete_first_is_dark_for_its_gap_and_the_negative_ttl(site, proven):
    site.replace("static", delete_first=True, zoneId="Zzone")
    found = proven()[STATIC]
    assert (found.status, found.worst_case_seconds) == ("dark", 60 + 60 + 900)


def test_the_worst_case_is_worked_out_from_the_durations_given(site, proven):
    site.replace("static", delete_first=True, zoneId="Zzone")
    found = proven(durations=Durations(record=7, negative_ttl=100))[STATIC]
    assert found.worst_case_seconds == 7 + 7 + 100


def test_a_record_removed_and_made_again_behind_an_issuance_is_dark_in_between(site, proven):
    site.create("certificate", "other", domainName="other.example.org")
    site.create("validation", "other-issued", certificateArn=(UNKNOWN, "other"))
    site.replace("static", delete_first=True, ttl=(60, "other-issued"))
    assert proven()[STATIC].status == "dark"


def test_a_replaced_record_whose_key_is_unknown_is_unknown(site, proven):
    site.has("aws:iam/policy:Policy", "reader", name="reader")
    site.replace("reader", name="reader-2")
    site.replace("static", name=(UNKNOWN, "reader"))
    assert proven()[STATIC].status == "unknown"


def test_all_weights_zero_are_equal_shares(site, proven):
    for name in ("one", "two"):
        inputs = {"setIdentifier": name, "weightedRoutingPolicies": [{"weight": 0}]}
        record(site, "has", name, "www.example.org", [f"{name}.example.net"], **inputs)
    site.update("two", records=["dcdn.cloudfront.net"])
    assert proven()["www.example.org"].status == "dim"
    site.update("one", weightedRoutingPolicies=[{"weight": 1}])
    site.update("two", records=["two.example.net"])
    assert proven()["www.example.org"].status == "lit"


@pytest.mark.parametrize(
    ("ttl", "held"),
    [({"ttl": 600}, 600), ({"aliases": [{"name": "dcdn.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2"}]}, 60)],
)
def test_an_alias_is_held_for_as_long_as_what_it_stands_for(site, proven, ttl, held):
    """Route 53 answers with the record set behind it, and that one's TTL."""
    aliases = [{"name": "behind.example.org", "zoneId": "Zzone", "evaluateTargetHealth": False}]
    site.serve("cdn", [STATIC, "www.example.org", "behind.example.org"], "arn:cert", "issued")
    record(site, "has", "behind", "behind.example.org", ["dcdn.cloudfront.net"], **ttl)
    inputs = {"name": "www.example.org", "type": "CNAME", "aliases": aliases, "zoneId": ("Zzone", "zone")}
    site.has("record", "www", **inputs)
    site.update("www", aliases=[{"name": "dcdn.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2"}])
    site.delete("behind")
    found = proven(retire=("behind.example.org",))["www.example.org"]
    assert (found.status, found.worst_case_seconds) == ("stale", held)


@pytest.mark.parametrize(("below", "status"), [("", "lit"), ("_v.www.example.org", "retired")])
def test_a_wildcard_answers_for_no_name_below_which_another_exists(site, proven, below, status):
    """RFC 4592: such a name exists, without an answer of its own."""
    site.serve("cdn", [STATIC, "*.example.org"], "arn:cert", "issued")
    site.has("certificate", "wide", domainName="*.example.org")
    record(site, "has", "wild", "*.example.org", ["mirror.example.net"])
    record(site, "has", "www", "www.example.org", ["mirror.example.net"])
    if below:
        record(site, "has", "below", below, ["validations.example.net"])
    site.delete("www")
    assert proven(external=("mirror.example.net",))["www.example.org"].status == status


def test_names_in_a_circle_end(site, proven):
    record(site, "has", "a", "a.example.org", ["b.example.org"])
    record(site, "has", "b", "b.example.org", ["a.example.org"])
    site.update("a", ttl=60)
    assert set(proven()) == {"a.example.org", "b.example.org", STATIC}


@pytest.mark.parametrize(
    "garbage",
    [
        {"viewerCertificate": 7},
        {"origins": "odd"},
        {"origins": [["odd"]]},
        {"defaultCacheBehavior": ["odd", 1]},
        {"aliases": {"a": 1}},
        {"enabled": "yes"},
    ],
)
def test_garbage_on_a_served_distribution_is_never_taken_as_serving(site, proven, garbage):
    site.update("cdn", **garbage)
    assert proven()[STATIC].status in ("unknown", "dark")


def test_garbage_in_a_served_record_is_never_taken_as_serving(site, proven):
    site.update("static", records={"odd": 1})
    assert proven()[STATIC].status in ("unknown", "dark")


def test_a_name_with_thousands_of_members_is_judged_in_seconds(site, proven):
    for number in range(2_000):
        inputs = {"setIdentifier": str(number), "weightedRoutingPolicies": [{"weight": number % 3}]}
        record(site, "has", f"m{number}", "www.example.org", [f"m{number}.example.net"], **inputs)
        if number % 2:
            site.update(f"m{number}", ttl=60)
    start = time.monotonic()
    assert proven()["www.example.org"].status == "lit"
    assert time.monotonic() - start < 20


def test_a_tangle_of_names_that_lead_to_one_another_ends(site, proven):
    for name in range(12):
        for member in range(12):
            inputs = {"setIdentifier": str(member), "weightedRoutingPolicies": [{"weight": 1}]}
            record(site, "has", f"t{name}-{member}", f"t{name}.example.org", [f"t{member}.example.org"], **inputs)
    site.update("t0-0", ttl=60)
    start = time.monotonic()
    assert len(proven()) == 13
    assert time.monotonic() - start < 20
