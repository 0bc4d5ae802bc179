"""Inputs before anything is planned."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.provider.check import DEFAULTS, check, named_by_program
from slipway.cloud.provider.table import lookup
from slipway.cloud.provider.values import UNKNOWN
from slipway.errors import CloudError

RECORD, ZONE, FUNCTION = "aws:route53/record:Record", "aws:route53/zone:Zone", "aws:cloudfront/function:Function"
DISTRIBUTION, CERTIFICATE = "aws:cloudfront/distribution:Distribution", "aws:acm/certificate:Certificate"
GOOD_RECORD = {"zoneId": "Z1", "name": "www.example.org", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
BEHAVIOUR = {
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
    "targetOriginId": "s3",
    "viewerProtocolPolicy": "https-only",
}
GOOD_DISTRIBUTION = {
    "enabled": True,
    "origins": [{"domainName": "b.s3.us-east-1.amazonaws.com", "originId": "s3"}],
    "defaultCacheBehavior": BEHAVIOUR,
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


def failures(token: str, inputs: dict[str, Any]) -> dict[str, str]:
    _, found = check(lookup(token), "it", {}, inputs, b"seed")
    return {failure.path: failure.reason for failure in found}


@pytest.mark.parametrize(
    ("token", "inputs", "path", "words"),
    [
        (RECORD, {**GOOD_RECORD, "recods": ["x"]}, "recods", "did you mean 'records'"),
        (RECORD, {"name": "www", "type": "A"}, "zoneId", "required"),
        (RECORD, {**GOOD_RECORD, "records": "192.0.2.1"}, "records", "must be a list, not text"),
        (RECORD, {**GOOD_RECORD, "ttl": "soon"}, "ttl", "must be a number"),
        (RECORD, {**GOOD_RECORD, "ttl": -1}, "ttl", "0 to 2147483647"),
        (RECORD, {**GOOD_RECORD, "type": "B"}, "type", "not one of"),
        (
            RECORD,
            {**GOOD_RECORD, "setIdentifier": "a", "weightedRoutingPolicies": [{"weight": 256}]},
            "weightedRoutingPolicies[0].weight",
            "0 to 255",
        ),
        (RECORD, {**GOOD_RECORD, "weightedRoutingPolicies": [{"weight": 1}]}, "setIdentifier", "required with"),
        (RECORD, {**GOOD_RECORD, "setIdentifier": "a"}, "setIdentifier", "needs a routing policy"),
        (RECORD, {key: GOOD_RECORD[key] for key in ("zoneId", "name", "type")}, "records", "required unless"),
        (FUNCTION, {"code": "x" * 20000, "runtime": "cloudfront-js-2.0"}, "code", "10240"),
        (FUNCTION, {"code": "x", "runtime": "nodejs20.x"}, "runtime", "not one of"),
        (DISTRIBUTION, {**GOOD_DISTRIBUTION, "httpVersion": "http9"}, "httpVersion", "not one of"),
        (
            DISTRIBUTION,
            {**GOOD_DISTRIBUTION, "origins": [{"originId": "s3"}]},
            "origins[0].domainName",
            "required",
        ),
        (
            DISTRIBUTION,
            {**GOOD_DISTRIBUTION, "defaultCacheBehavior": {**BEHAVIOUR, "targetOriginId": "s4"}},
            "defaultCacheBehavior.targetOriginId",
            "none of the origins",
        ),
        (CERTIFICATE, {"domainName": "example.org"}, "validationMethod", "required"),
        (CERTIFICATE, {"domainName": "not a name", "validationMethod": "DNS"}, "domainName", "does not match"),
    ],
)
def test_wrong_input_fails_with_its_path(token: str, inputs: dict[str, Any], path: str, words: str) -> None:
    """A misspelt, missing, ill-typed or excessive input names itself and says what is allowed."""
    assert words in failures(token, inputs)[path]


@pytest.mark.parametrize(("token", "inputs"), [(RECORD, GOOD_RECORD), (DISTRIBUTION, GOOD_DISTRIBUTION)])
def test_good_inputs_pass(token: str, inputs: dict[str, Any]) -> None:
    """No false alarm, also when a value is not known yet."""
    assert failures(token, inputs) == {}
    assert failures(token, dict.fromkeys(inputs, UNKNOWN)) == {}


def test_unknown_type_is_named() -> None:
    """The error says which type the local cloud lacks."""
    with pytest.raises(CloudError, match="aws:ec2/vpc:Vpc"):
        lookup("aws:ec2/vpc:Vpc")


def test_automatic_name_is_kept_for_life() -> None:
    """A nameless resource gets a name once, and every later check gives it the same one."""
    row, inputs = lookup(FUNCTION), {"code": "x", "runtime": "cloudfront-js-2.0"}
    first, _ = check(row, "router", {}, inputs, b"one")
    again, _ = check(row, "router", first, inputs, b"two")
    assert first["name"].startswith("router-")
    assert first[DEFAULTS] == ["name"]
    assert again["name"] == first["name"]
    assert not named_by_program(row, first)


def test_name_from_the_program_is_the_programs() -> None:
    """Only such a name makes a replacement delete-first; without bookkeeping nobody can tell, so it does not."""
    row = lookup(FUNCTION)
    given, _ = check(row, "router", {}, {"code": "x", "runtime": "cloudfront-js-2.0", "name": "mine"}, b"")
    assert named_by_program(row, given)
    assert not named_by_program(row, {key: value for key, value in given.items() if key != DEFAULTS})
