"""What is seen of a hostname in worlds put together by hand: names, routing, links, and answers held in caches."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from slipway.cloud.internet.world import Certificate, Distribution, Origin, Zone
from slipway.rehearsal import Sight, Viewer

HOST = "static.example.org"
CERT = "arn:aws:acm:us-east-1:123456789012:certificate/1"
BLUE = Distribution(
    "E1",
    "arn:aws:cloudfront::123456789012:distribution/E1",
    "d1.cloudfront.net",
    True,
    (HOST,),
    CERT,
    (Origin("crates.s3.us-east-1.amazonaws.com", control="C1"),),
    ("arn:aws:cloudfront::123456789012:function/router",),
)
GREEN = replace(BLUE, id="E2", arn=BLUE.arn.replace("E1", "E2"), domain="d2.cloudfront.net", aliases=())


@dataclass(frozen=True)
class Standing:
    """A moment, said by hand."""

    zones: tuple[Zone, ...]
    distributions: tuple[Distribution, ...] = (BLUE, GREEN)
    certificates: dict[str, Certificate] = field(default_factory=lambda: {CERT: Certificate(True, ("*.example.org",))})
    functions: frozenset[str] = frozenset(BLUE.functions)
    controls: frozenset[str] = frozenset({"C1"})
    policies: dict[str, str | None] = field(default_factory=lambda: {"crates": admitting("E1", "E2")})
    status: int | None = 200
    staging: tuple[Distribution, ...] = ()

    def certificate(self, arn: str) -> Certificate | None:
        return self.certificates.get(arn)

    def has_function(self, arn: str) -> bool:
        return arn in self.functions

    def has_access(self, origin: Origin) -> bool:
        return origin.control in self.controls

    def has_bucket(self, name: str) -> bool:
        return name in self.policies

    def policy(self, bucket: str) -> str | None:
        return self.policies[bucket]

    def file_status(self, distribution: Distribution, bucket: str) -> int | None:
        return self.status


def admitting(*ids: str) -> str:
    arns = [f"arn:aws:cloudfront::123456789012:distribution/{each}" for each in ids]
    principal = {"Service": "cloudfront.amazonaws.com"}
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::crates/*",
    }
    return json.dumps({"Statement": {**statement, "Condition": {"StringEquals": {"AWS:SourceArn": arns}}}})


def cname(name: str, target: str, **policy: Any) -> dict[str, Any]:
    return {"Name": f"{name}.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": target}], **policy}


def alias(name: str, target: str, kind: str = "A") -> dict[str, Any]:
    return {"Name": f"{name}.", "Type": kind, "AliasTarget": {"DNSName": f"{target}."}}


def zone(*records: dict[str, Any], id: str = "Z1", name: str = "example.org") -> Zone:  # noqa: A002
    return Zone(id, name, records)


USUAL = Standing((zone(alias(HOST, BLUE.domain)),))


def seen(then: Standing, now: Standing, *external: str, host: str = HOST) -> Sight:
    """How the host is seen now by who looked then."""
    worlds = iter([then, then])
    viewer = Viewer(lambda: next(worlds, now), (host,), external)
    return viewer.look()[host]


@pytest.mark.parametrize(
    "records",
    [
        [cname(HOST, BLUE.domain)],
        [alias(HOST, BLUE.domain), alias(HOST, BLUE.domain, "AAAA")],
        [cname(HOST, "www.example.org"), alias("www.example.org", BLUE.domain)],
        [alias("\\052.example.org", BLUE.domain)],
        [cname(HOST, BLUE.domain, Weight=1, SetIdentifier="a"), cname(HOST, "x.test", Weight=0, SetIdentifier="b")],
        [cname(HOST, GREEN.domain)],  # any live distribution's domain leads to the edge that knows the alias
    ],
)
def test_a_name_that_leads_to_cloudfront_is_served(records: list[dict[str, Any]]):
    assert seen(USUAL, replace(USUAL, zones=(zone(*records),))) == Sight(HOST, "served")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (replace(USUAL, distributions=(replace(BLUE, aliases=()), GREEN)), "no enabled distribution has the alias"),
        (replace(USUAL, distributions=(replace(BLUE, enabled=False), GREEN)), "is disabled"),
        (replace(USUAL, certificates={}), "there is no certificate"),
        (replace(USUAL, certificates={CERT: Certificate(False, (HOST,))}), "is not issued"),
        (replace(USUAL, certificates={CERT: Certificate(True, ("example.org",))}), "does not cover"),
        (replace(USUAL, functions=frozenset()), "there is no function router"),
        (replace(USUAL, controls=frozenset()), "the access control of origin"),
        (replace(USUAL, policies={}), "there is no bucket crates"),
        (replace(USUAL, policies={"crates": None}), "has no policy"),
        (replace(USUAL, policies={"crates": admitting("E2")}), "does not admit E1"),
        (replace(USUAL, status=403), "answered 403"),
        (replace(USUAL, zones=(zone(cname(HOST, "d9.cloudfront.net")),)), "nothing says that it serves"),
        (replace(USUAL, zones=(zone(cname(HOST, "gone.example.org")),)), "gone.example.org does not resolve"),
        (replace(USUAL, zones=(zone(cname(HOST, HOST)),)), "too many names"),
    ],
)
def test_one_broken_link_leaves_the_name_dark(broken: Standing, reason: str):
    sight = seen(USUAL, broken)
    assert sight.status == "dark"
    assert reason in sight.reason


def test_a_name_without_record_sets_is_absent_though_its_wildcard_stands_elsewhere():
    records = (alias("*.example.org", BLUE.domain), {"Name": f"{HOST}.", "Type": "TXT", "ResourceRecords": []})
    assert seen(USUAL, replace(USUAL, zones=(zone(*records),))).status == "absent"


def test_the_longest_zone_is_asked():
    inner = zone(alias(HOST, BLUE.domain), id="Z2", name=HOST)
    assert seen(replace(USUAL, zones=(zone(), inner)), replace(USUAL, zones=(zone(), inner))).status == "served"
    assert seen(replace(USUAL, zones=(zone(), inner)), USUAL).status == "absent"


def test_a_zone_made_again_is_not_delegated_to():
    again = zone(alias(HOST, BLUE.domain), id="Z9")
    assert seen(USUAL, replace(USUAL, zones=(again,))).status == "absent"


def test_a_member_with_a_share_that_fails_is_seen_in_part_of_the_answers():
    members = [
        cname(HOST, BLUE.domain, Weight=9, SetIdentifier="a"),
        cname(HOST, "x.test", Weight=1, SetIdentifier="b"),
    ]
    now = replace(USUAL, zones=(zone(*members),))
    assert seen(USUAL, now).status == "partly"
    assert seen(USUAL, now, "x.test").status == "served"


def test_places_without_an_answer_are_seen_once_the_default_is_gone():
    default = alias(HOST, BLUE.domain) | {"SetIdentifier": "rest", "GeoLocation": {"CountryCode": "*"}}
    europe = alias(HOST, BLUE.domain) | {"SetIdentifier": "eu", "GeoLocation": {"ContinentCode": "EU"}}
    then, now = (replace(USUAL, zones=(zone(*records),)) for records in ([default, europe], [europe]))
    assert seen(then, then).status == "served"
    assert seen(then, now).status == "partly"
    assert seen(now, now).status == "served"


def test_an_exact_alias_decides_before_a_wildcard():
    broken = replace(GREEN, aliases=(HOST,), certificate="arn:aws:acm:us-east-1:123456789012:certificate/2")
    wild = replace(BLUE, aliases=("*.example.org",))
    assert seen(USUAL, replace(USUAL, distributions=(wild, GREEN))).status == "served"
    assert seen(USUAL, replace(USUAL, distributions=(wild, broken))).status == "dark"


def test_what_was_broken_before_is_not_the_applys_doing():
    then = replace(USUAL, policies={"crates": None})
    assert seen(then, then).status == "served"
    assert seen(then, replace(then, functions=frozenset())).status == "dark"


def test_an_answer_held_by_a_resolver_is_seen_to_fail_when_its_target_goes():
    now = replace(USUAL, zones=(zone(alias(HOST, GREEN.domain)),), distributions=(replace(GREEN, aliases=(HOST,)),))
    sight = seen(USUAL, now)
    assert sight.status == "served"
    assert "d1.cloudfront.net" in sight.stale
