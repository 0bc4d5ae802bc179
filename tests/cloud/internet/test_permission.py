"""Bucket policies, evaluated for the reader that CloudFront is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.cloud.internet.permission import Request, admits

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
READER = Request.of_distribution(ARN)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**other: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::crates/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": ARN}},
    } | other


@pytest.mark.parametrize(
    "statement",
    [
        allow(),
        allow(Action=["s3:ListBucket", "s3:Get*"]),
        allow(Resource=["arn:aws:s3:::crates", "arn:aws:s3:::crates/*"]),
        allow(Resource="arn:aws:s3:::crates/crates/*"),
        allow(Condition={"ArnLike": {"aws:SourceArn": ["arn:aws:cloudfront::123456789012:distribution/*"]}}),
        allow(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
        allow(Condition={}),
        allow(Principal="*"),
        allow(Principal={"AWS": "*"}),
    ],
)
def test_a_statement_that_means_this_distribution_admits_it(statement: dict[str, Any]):
    assert admits(policy(statement), "crates", READER)


@pytest.mark.parametrize(
    "statement",
    [
        allow(Condition={"StringEquals": {"AWS:SourceArn": f"{ARN}0"}}),
        allow(Condition={"StringLike": {"AWS:SourceArn": "arn:aws:cloudfront::[1]*"}}),
        allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        allow(Action="s3:PutObject"),
        allow(Resource="arn:aws:s3:::other/*"),
        allow(Principal={"Service": "logging.s3.amazonaws.com"}),
        allow(Effect="Deny"),
        "not a statement",
    ],
)
def test_a_statement_that_means_something_else_does_not(statement: Any):
    assert not admits(policy(statement), "crates", READER)


@pytest.mark.parametrize("document", ["", "not JSON", "[]", "{}", "null"])
def test_what_is_no_policy_admits_nobody(document: str):
    assert not admits(document, "crates", READER)


def test_a_denial_of_all_objects_wins_over_what_is_allowed():
    plain = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::crates/*"}
    insecure = {**plain, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert not admits(policy(allow(), plain), "crates", READER)
    assert admits(policy(allow(), insecure), "crates", READER)


def test_an_identity_is_meant_by_its_own_name():
    user = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2"
    document = policy(allow(Principal={"AWS": user}, Condition={}))
    assert admits(document, "crates", Request.of_identity("origin-access-identity/cloudfront/E2"))
    assert not admits(document, "crates", Request.of_identity("origin-access-identity/cloudfront/E3"))
    assert not admits(document, "crates", Request.anonymous())
