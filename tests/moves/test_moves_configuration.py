"""A distribution's inputs as CloudFront's configuration: as a provider sends them, and changed where they differ."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.rows import cloudfront
from slipway.moves.configuration import changed, contradiction, digest, holds, translated, with_changes
from slipway.moves.refused import Refused

CASES = Path(__file__).parents[1] / "cases"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TRIED = {
    "comment", "customErrorResponses", "defaultCacheBehavior", "defaultRootObject", "loggingConfig",
    "orderedCacheBehaviors", "originGroups", "origins", "restrictions",
}  # fmt: skip


def sent(inputs: dict[str, Any]) -> dict[str, Any]:
    """What the local cloud's provider, which translates by itself, sends for these inputs."""
    return cloudfront._config(inputs, "one")


def updates() -> Iterator[Any]:
    """Every change of a distribution in the captured previews that is known and within what can be tried."""
    for file in sorted(CASES.glob("*/preview.json")):
        for step in json.loads(file.read_text())["steps"]:
            if step["op"] == "update" and step["newState"]["type"] == DISTRIBUTION:
                old, new = step["oldState"]["inputs"], step["newState"]["inputs"]
                different = {name for name in {*old, *new} if old.get(name) != new.get(name)}
                known = "04da6b54-80e4-46f7-96ec-b56ff0331ba9" not in json.dumps(new)
                patterns = [{each["pathPattern"] for each in of.get("orderedCacheBehaviors", ())} for of in (new, old)]
                if different and different <= TRIED and known and patterns[0] <= patterns[1]:
                    yield pytest.param(old, new, id=file.parent.name)


def site(**changes: Any) -> dict[str, Any]:
    """Inputs of a distribution."""
    found = {
        "enabled": True,
        "aliases": ["www.example.org"],
        "origins": [
            {
                "originId": "server",
                "domainName": "one.example.net",
                "customHeaders": [{"name": "x-from", "value": "cdn"}],
                "customOriginConfig": {
                    "httpPort": 80,
                    "httpsPort": 443,
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": ["TLSv1.2"],
                },
            }
        ],
        "defaultCacheBehavior": {
            "__defaults": [],
            "targetOriginId": "server",
            "viewerProtocolPolicy": "redirect-to-https",
            "allowedMethods": ["GET", "HEAD"],
            "cachedMethods": ["GET", "HEAD"],
            "cachePolicyId": "P1",
            "functionAssociations": [{"eventType": "viewer-request", "functionArn": "arn:one"}],
        },
        "orderedCacheBehaviors": [
            {
                "pathPattern": "/api/*",
                "targetOriginId": "server",
                "viewerProtocolPolicy": "https-only",
                "allowedMethods": ["GET", "HEAD"],
                "cachedMethods": ["GET", "HEAD"],
                "cachePolicyId": "P1",
            }
        ],
        "customErrorResponses": [{"errorCode": 404, "responseCode": 404, "responsePagePath": "/404.html"}],
        "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE", "NL"]}},
        "loggingConfig": {"bucket": "logs.s3.amazonaws.com", "prefix": "site/"},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    }
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def standing(inputs: dict[str, Any]) -> dict[str, Any]:
    """What stands: as sent, with more that AWS fills in, and lists in an order of its own."""
    config = copy.deepcopy(sent(inputs))
    for origin in config["Origins"]["Items"]:
        origin |= {"ConnectionAttempts": 3, "ConnectionTimeout": 10, "OriginPath": ""}
    config["DefaultCacheBehavior"]["AllowedMethods"]["Items"].reverse()
    return {**config, "CallerReference": "one", "Aliases": {"Quantity": 1, "Items": ["www.example.org"]}}


@pytest.mark.parametrize(("old", "new"), list(updates()))
def test_captured_changes_become_what_a_provider_sends(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert contradiction(old, sent(old)) == ""
    assert set(changed(old, new)) <= TRIED
    after = with_changes(sent(old), old, new)
    assert contradiction(new, after) == ""
    assert holds(after, old, new)
    assert not holds(sent(old), old, new)


def test_there_are_changes_to_learn_from() -> None:
    assert len(list(updates())) >= 8


def test_only_what_differs_changes() -> None:
    old = site()
    origin = {**old["origins"][0], "domainName": "two.example.net"}
    new = site(origins=[origin])
    live = standing(old)
    after = with_changes(live, old, new)
    assert changed(old, new) == ("origins",)
    assert after["Origins"]["Items"][0] == {**live["Origins"]["Items"][0], "DomainName": "two.example.net"}
    assert {**after, "Origins": live["Origins"]} == live


def test_an_origin_that_is_new_or_of_another_kind_has_what_an_update_wants() -> None:
    old = site()
    bucket = {"originId": "server", "domainName": "files.s3.us-east-1.amazonaws.com", "originAccessControlId": "E1"}
    other = {**old["origins"][0], "originId": "other"}
    found = with_changes(standing(old), old, site(origins=[bucket, other]))["Origins"]
    assert found["Quantity"] == 2
    first, second = found["Items"]
    assert first["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert "CustomOriginConfig" not in first
    assert first["CustomHeaders"]["Quantity"] == 0
    assert second["CustomOriginConfig"]["HTTPSPort"] == 443


@pytest.mark.parametrize(
    ("name", "member", "left"),
    [
        ("loggingConfig", "Logging", {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}),
        ("customErrorResponses", "CustomErrorResponses", {"Quantity": 0}),
        ("orderedCacheBehaviors", "CacheBehaviors", {"Quantity": 0}),
    ],
)
def test_what_is_taken_out_is_said_to_be_gone(name: str, member: str, left: dict[str, Any]) -> None:
    old, new = site(), site(**{name: None})
    after = with_changes(standing(old), old, new)
    assert after[member] == left
    assert holds(after, old, new)
    assert not holds(standing(old), old, new)


def test_what_is_taken_out_of_a_behaviour_is_left_out() -> None:
    old = site()
    behaviour = {key: value for key, value in old["defaultCacheBehavior"].items() if key != "functionAssociations"}
    new = site(defaultCacheBehavior=behaviour)
    after = with_changes(standing(old), old, new)
    assert after["DefaultCacheBehavior"]["FunctionAssociations"] == {"Quantity": 0}
    assert not holds(standing(old), old, new)


def test_names_and_forms_are_cloudfronts() -> None:
    found = translated(site())
    assert found["Origins"]["Items"][0]["CustomHeaders"] == {
        "Quantity": 1, "Items": [{"HeaderName": "x-from", "HeaderValue": "cdn"}],
    }  # fmt: skip
    assert found["DefaultCacheBehavior"]["AllowedMethods"]["CachedMethods"] == {"Quantity": 2, "Items": ["GET", "HEAD"]}
    assert found["CustomErrorResponses"]["Items"][0]["ResponseCode"] == "404"
    assert found["Restrictions"]["GeoRestriction"]["Items"] == ["DE", "NL"]
    assert found["Logging"]["Enabled"] is True


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"aliases": []}, "also changes aliases"),
        ({"httpVersion": "http3", "comment": "x"}, "also changes httpVersion"),
        ({"tags": {"a": "b"}}, "also changes tags"),
        ({}, "changes nothing"),
        ({"continuousDeploymentPolicyId": "P9"}, "continuous deployment of its own"),
        ({"orderedCacheBehaviors": [{"pathPattern": "/new/*"}]}, "/new/* is new"),
    ],
)
def test_what_cannot_be_tried_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused) as refused:
        changed(site(), site(**changes))
    assert says in refused.value.message


def test_what_was_changed_by_hand_is_not_overwritten() -> None:
    live = standing(site())
    live["Origins"]["Items"][0]["DomainName"] = "other.example.net"
    with pytest.raises(Refused, match=r"Origins server\.DomainName of the distribution is not as"):
        with_changes(live, site(), site(comment="x"))
    assert contradiction(site(loggingConfig=None), standing(site())) == "Logging"


def test_a_setting_that_nothing_is_known_of_is_never_dropped() -> None:
    with pytest.raises(Refused, match="nothing is known here of newThing"):
        translated(site(defaultCacheBehavior={**site()["defaultCacheBehavior"], "newThing": 1}))


def test_the_digest_is_of_what_is_tried_alone() -> None:
    assert digest(site()) == digest(site(aliases=[], tags={"a": "b"}))
    assert digest(site()) != digest(site(comment="other"))
