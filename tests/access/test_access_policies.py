"""What every policy document keeps to, whoever it is for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from slipway.access import Policy, Role, Scope, policies
from slipway.access.needs import STATE_READ, STATE_WRITE, TASKS, TYPES
from slipway.access.policies import LARGEST

MOST = 10  # managed policies a role, unless AWS raised it: IAM user guide, IAM and STS quotas

# The reference knows a resource for these, and the API does not take it: Amazon CloudWatch API Reference,
# DescribeAlarms ("to return information about composite alarms ... scoped to *") and PutCompositeAlarm (the same).
ONLY_ANYWHERE = {"cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"}

# On *, and AWS has no condition that would tell one stack's from another's: the account is the border.
UNCONDITIONED = {
    "cloudfront:CreateCachePolicy",
    "cloudfront:CreateFunction",
    "cloudfront:CreateMonitoringSubscription",
    "cloudfront:CreateOriginAccessControl",
    "cloudfront:CreateOriginRequestPolicy",
    "cloudfront:CreateResponseHeadersPolicy",
    "cloudfront:DeleteMonitoringSubscription",
    "cloudfront:GetMonitoringSubscription",
    "cloudwatch:GetMetricData",
    "route53:CreateHostedZone",
    "s3:ListAllMyBuckets",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "sts:GetCallerIdentity",
}


@pytest.fixture(params=list(Role))
def made(request: pytest.FixtureRequest, scope: Scope) -> tuple[Policy, ...]:
    """Every role of every stack."""
    return policies(request.param, scope)


def each(made: tuple[Policy, ...], effect: str = "Allow") -> list[dict[str, Any]]:
    return [found for policy in made for found in policy.document["Statement"] if found["Effect"] == effect]


def as_pattern(form: str) -> str:
    """An ARN format of the reference as a regular expression; a variable takes anything, wildcards included."""
    return re.sub(r"\\\$\\\{\w+\\\}", ".+", re.escape(form)).replace("arn:.+:", "arn:aws:", 1)


def test_no_action_has_a_wildcard(made: tuple[Policy, ...]) -> None:
    """Each one is written out."""
    for statement in each(made) + each(made, "Deny"):
        assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z0-9]+", action) for action in statement["Action"])
        assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}


def test_star_stands_only_where_aws_knows_no_resource(made: tuple[Policy, ...], reference: Any) -> None:
    """And nowhere else, the two exceptions of CloudWatch's own documentation apart."""
    for statement in each(made):
        if "*" in statement["Resource"]:
            assert statement["Resource"] == ["*"]
            narrowable = {action for action in statement["Action"] if reference.formats(action)}
            assert narrowable <= ONLY_ANYWHERE
        else:
            assert all(reference.formats(action) for action in statement["Action"]), statement["Action"]


def test_star_has_a_condition_where_aws_has_one(made: tuple[Policy, ...], reference: Any) -> None:
    """What is left without one is counted, lists of names apart."""
    bare = [found for found in each(made) if "*" in found["Resource"] and "Condition" not in found]
    actions = {action for found in bare for action in found["Action"] if reference.level(action) != "List"}
    assert actions <= UNCONDITIONED | ONLY_ANYWHERE


def test_each_arn_is_one_that_each_of_its_actions_takes(made: tuple[Policy, ...], reference: Any) -> None:
    """An ARN of another kind would grant nothing, and nobody would see why."""
    for statement in each(made):
        for action in statement["Action"]:
            forms = [as_pattern(form) for form in reference.formats(action)] or [r"\*"]
            forms += [r"\*"] if action in ONLY_ANYWHERE else []
            for arn in statement["Resource"]:
                assert any(re.fullmatch(form, arn) for form in forms), (action, arn)


def test_nothing_is_granted_that_no_type_and_no_command_needs(made: tuple[Policy, ...]) -> None:
    """The table is all there is."""
    needed = {need.action for row in TYPES.values() for need in row}
    needed |= {need.action for row in (*TASKS.values(), STATE_READ, STATE_WRITE) for need in row}
    assert {action for found in each(made) for action in found["Action"]} <= needed


def test_documents_fit_into_managed_policies(made: tuple[Policy, ...]) -> None:
    """IAM counts the characters that are no white space."""
    assert 1 <= len(made) <= MOST
    for policy in made:
        assert len(re.sub(r"\s", "", json.dumps(policy.document))) <= LARGEST == 6144
        assert re.fullmatch(r"[\w+=,.@-]{1,128}", policy.name)
        sids = [found["Sid"] for found in policy.document["Statement"]]
        assert len(sids) == len(set(sids))
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_arns_are_of_this_account(made: tuple[Policy, ...]) -> None:
    """Where an ARN has an account, and by a condition where it has none, as for buckets."""
    for statement in each(made):
        for arn in statement["Resource"]:
            account = "*" if arn == "*" else arn.split(":")[4]
            assert account in {"*", "", "123456789012"}
            if arn.startswith("arn:aws:s3:"):
                assert statement["Condition"]["StringEquals"] == {"s3:ResourceAccount": "123456789012"}


def test_reference_has_nothing_that_is_not_granted(reference: Any) -> None:
    """The extract grows and shrinks with the table."""
    granted = {need.action for row in TYPES.values() for need in row}
    granted |= {need.action for row in (*TASKS.values(), STATE_READ, STATE_WRITE) for need in row}
    assert set(reference.actions) == granted
