"""Which policy documents AWS takes, and which services they admit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.cloud.provider.rules.policies import admits, document_fault, trust_fault

QUEUE, BUCKET = "arn:aws:sqs:us-east-1:123456789012:arrivals", "arn:aws:s3:::logs"
CONTEXT = {"aws:SourceArn": BUCKET, "aws:SourceAccount": "123456789012"}


def policy(**edits: Any) -> str:
    """A queue's policy that admits S3, edited; None takes a member away."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        **edits,
    }
    return json.dumps({"Statement": [{key: value for key, value in statement.items() if value is not None}]})


def is_admitted(text: str) -> bool:
    return admits(text, "s3.amazonaws.com", "sqs:SendMessage", QUEUE, CONTEXT)


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"Principal": "*"},
        {"Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}},
        {"Action": "SQS:*"},
        {"Resource": "arn:aws:sqs:*:*:arr*"},
        {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}},
        {
            "Condition": {
                "ArnEquals": {"AWS:SourceArn": [BUCKET]},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            }
        },
    ],
)
def test_admitting_policy(edits: dict[str, Any]) -> None:
    """Principal, action, resource and every condition hold."""
    assert is_admitted(policy(**edits))


@pytest.mark.parametrize(
    "edits",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "sns.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {"Action": "sqs:ReceiveMessage"},
        {"Resource": f"{QUEUE}-other"},
        {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::others"}}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "cdn"}}},
        {"Condition": {"NumericLessThan": {"aws:SourceAccount": "5"}}},
    ],
)
def test_policy_that_admits_not(edits: dict[str, Any]) -> None:
    """One thing that does not hold is enough, and so is a condition that nobody here knows."""
    assert not is_admitted(policy(**edits))


def test_deny_wins_over_allow_and_nonsense_admits_nobody() -> None:
    """As in IAM's evaluation logic."""
    allow, deny = (json.loads(policy(Effect=effect))["Statement"][0] for effect in ("Allow", "Deny"))
    assert not is_admitted(json.dumps({"Statement": [allow, deny]}))
    assert not is_admitted("not json")
    assert not is_admitted("[]")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "invalid Json"),
        ("{}", "Statement"),
        (policy(Effect="Maybe"), "Effect"),
        (policy(Principal=None), "Principal"),
        (policy(Action="s3:GetObject"), "out of service scope: s3:GetObject"),
    ],
)
def test_document_that_aws_does_not_take(text: str, words: str) -> None:
    """The fault names what is wrong."""
    assert words in document_fault(text, "sqs", ("Principal", "Action"))


def test_trust_policy_names_a_principal_and_no_resource() -> None:
    """IAM: a trust policy's resource is the role itself."""
    good = policy(Action="sts:AssumeRole", Resource=None)
    assert trust_fault(good) == ""
    assert "Resource" in trust_fault(policy(Action="sts:AssumeRole"))
    assert "Principal" in trust_fault(policy(Action="sts:AssumeRole", Resource=None, Principal=None))
