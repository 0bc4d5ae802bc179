"""What S3's rows make of inputs before anything is called: nothing dropped, limits with their paths."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.provider.check import check
from slipway.cloud.provider.rows import s3, s3_objects, s3_settings
from slipway.cloud.provider.rows.s3_setting import Setting, _request
from slipway.cloud.provider.schema import Shape
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Asset

ROWS = {row.token.rpartition(":")[2]: row for row in (*s3.ROWS, *s3_settings.ROWS)}
LIFECYCLE, CORS, REPLICATION = (
    ROWS[name] for name in ("BucketLifecycleConfiguration", "BucketCorsConfiguration", "BucketReplicationConfig")
)


def sample(shape: Shape, leaf: object) -> Any:
    """A value with every property of a shape, at every depth."""
    match shape.kind:
        case "object":
            return {name: sample(inner, leaf) for name, inner in shape.properties.items()}
        case "list":
            return [sample(shape.element or shape, leaf)]
        case "map":
            return {"key": leaf}
        case "asset":
            return Asset("", text="")
        case "number":
            return 1
        case "boolean":
            return True
        case _:
            return leaf


SETTINGS = {
    value.token.rpartition(":")[2]: value
    for value in vars(s3_settings).values()
    if isinstance(value, Setting) and value.token != "aws:s3/bucket:Bucket"
}
# Not part of the request's body: the bucket and its owner go with every call, the rest is the provider's own.
AROUND = {"bucket", "expectedBucketOwner", "region", "skipDestroy", "timeouts"}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_input_of_a_setting_reaches_the_request(name: str) -> None:
    """An input without a place raises Unmapped, at any depth; one that changes nothing in the request fails here."""
    setting = SETTINGS[name]
    for key, shape in ROWS[name].shape.properties.items():
        if key not in AROUND:
            bare = {key: False} if shape.kind == "boolean" else {}
            assert _request(setting, {key: sample(shape, "x")}) != _request(setting, bare), key


def test_every_input_of_a_bucket_is_served_or_refused_by_name() -> None:
    """Refused ones fail at their own path and say what to use instead."""
    row = ROWS["Bucket"]
    refused = set()
    for key, shape in row.shape.properties.items():
        failures: list[Failure] = []
        row.validate({"bucket": "abc", key: sample(shape, "x")}, failures)
        refused |= {key for failure in failures if failure.path == key and "not served" in failure.reason}
    own = {"bucket", "objectLockEnabled", "region", "tags"}
    assert refused == set(s3._INSTEAD)
    assert refused | own | s3._INLINE.keys() | row.local == row.shape.properties.keys()


def test_every_input_of_an_object_reaches_the_request() -> None:
    """Or is its body, its tags, or the provider's own."""
    row = ROWS["BucketObjectv2"]
    beside = {"content", "contentBase64", "etag", "region", "source", "tags"} | row.local
    for key, shape in row.shape.properties.items():
        assert bool(s3_objects._PUT.to_aws({key: sample(shape, "x")}, [])) != (key in beside), key


@pytest.mark.parametrize("name", ROWS)
def test_inputs_that_a_preview_does_not_know_are_no_failures(name: str) -> None:
    """Every leaf unknown, and every property unknown as a whole."""
    row = ROWS[name]
    for key, shape in row.shape.properties.items():
        for value in (UNKNOWN, sample(shape, UNKNOWN)):
            required = dict.fromkeys(row.shape.required, UNKNOWN)
            row.validate({**required, key: value}, [])
    everything = dict.fromkeys(row.shape.required, UNKNOWN)
    at_least = {"BucketAcl": {"acl": UNKNOWN}, "BucketLifecycleConfiguration": {"rules": UNKNOWN}}
    _, failures = check(row, "it", {}, {**everything, **at_least.get(name, {})}, b"")
    assert failures == []


def paths(row: Any, **properties: Any) -> list[str]:
    _, failures = check(row, "it", {}, {"bucket": "abc", **properties}, b"")
    return [failure.path for failure in failures]


EXPIRES = {"id": "a", "status": "Enabled", "expiration": {"days": 1}}


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([], "rules"),
        ([{"id": "a", "status": "Enabled"}], "rules[0]"),
        ([EXPIRES, EXPIRES], "rules[0].id"),
        ([{**EXPIRES, "status": "On"}], "rules[0].status"),
        ([{**EXPIRES, "prefix": "a/"}], "rules[0].prefix"),
        ([{**EXPIRES, "filter": {"prefix": "a", "objectSizeLessThan": 5}}], "rules[0].filter"),
        ([{**EXPIRES, "expiration": {"days": 1, "date": "2030-01-01T00:00:00Z"}}], "rules[0].expiration"),
        ([{**EXPIRES, "expiration": {"date": "soon"}}], "rules[0].expiration.date"),
        ([{**EXPIRES, "transitions": [{"days": 5, "storageClass": "STANDARD_IA"}]}], "rules[0].transitions[0].days"),
        (
            [
                {
                    **EXPIRES,
                    "filter": {"tag": {"key": "a", "value": "b"}},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
                }
            ],
            "rules[0].abortIncompleteMultipartUpload",
        ),
    ],
)
def test_lifecycle_that_s3_refuses_fails_at_check(rules: list[dict[str, Any]], path: str) -> None:
    """With the path of the rule."""
    assert paths(LIFECYCLE, rules=rules)[0] == path


def test_cors_rule_that_s3_refuses_fails_at_check() -> None:
    """Two wildcards in an origin, a method that CORS does not have."""
    rule = {"allowedMethods": ["GET", "FETCH"], "allowedOrigins": ["https://*.*.org"]}
    assert paths(CORS, corsRules=[rule]) == ["corsRules[0].allowedMethods[1]", "corsRules[0].allowedOrigins[0]"]


def test_replication_rule_that_s3_refuses_fails_at_check() -> None:
    """A filter takes a word on delete markers; priorities are distinct; existing objects are not S3's business."""
    target = {"bucket": "arn:aws:s3:::b"}
    first = {"status": "Enabled", "destination": target, "filter": {"prefix": "a"}, "priority": 1}
    second = {**first, "deleteMarkerReplication": {"status": "Disabled"}}
    third = {**second, "priority": 2, "existingObjectReplication": {"status": "Enabled"}}
    assert paths(REPLICATION, role="r", rules=[first, second, third]) == [
        "rules[0].deleteMarkerReplication",
        "rules[0].priority",
        "rules[1].priority",
        "rules[2].existingObjectReplication",
    ]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({}, "acl"),
        ({"acl": "private", "accessControlPolicy": {"owner": {"id": "o"}}}, "acl"),
        ({"acl": "public"}, "acl"),
        (
            {"accessControlPolicy": {"owner": {"id": "o"}, "grants": [{"permission": "ALL"}]}},
            "accessControlPolicy.grants[0].permission",
        ),
    ],
)
def test_acl_that_s3_refuses_fails_at_check(inputs: dict[str, Any], path: str) -> None:
    """One of the two, and one that there is."""
    assert paths(ROWS["BucketAcl"], **inputs) == [path]
