"""Dropping a distribution's whole cache every night."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi_aws import iam, scheduler

from slipway.components.distribution import Distribution

__all__ = ["NightlyInvalidation"]

# A universal target: the scheduler calls the API itself, so there is no function to keep (EventBridge Scheduler user
# guide, *Using universal targets*).
_CALL = "arn:aws:scheduler:::aws-sdk:cloudfront:createInvalidation"


class NightlyInvalidation(pulumi.ComponentResource):
    """Invalidates every path of `distribution` once a day, at the UTC time of day `at` (such as `00:30`).

    The role may do this one thing to this one distribution, and only the scheduler of this account may take it.

    Replaced: by nothing. Another time is an update in place.
    """

    def __init__(
        self,
        name: str,
        *,
        distribution: Distribution,
        at: str,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:NightlyInvalidation", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=self)).account_id
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        role = iam.Role(
            f"{name}-role",
            assume_role_policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [trust]}),
            tags=dict(tags),
            opts=inside,
        )
        may = {"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": distribution.arn}
        allowed = iam.RolePolicy(
            f"{name}-role-policy",
            role=role.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [may]}),
            opts=inside,
        )
        hour, minute = (int(part) for part in at.split(":"))
        scheduler.Schedule(
            name,
            description="drops the whole cache of the distribution",
            schedule_expression=f"cron({minute} {hour} * * ? *)",
            schedule_expression_timezone="UTC",
            flexible_time_window={"mode": "OFF"},
            target={"arn": _CALL, "role_arn": role.arn, "input": distribution.id.apply(_request)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
        self.register_outputs({})


def _request(distribution_id: str) -> str:
    """The call's body. The scheduler puts the execution's own id in place of the context attribute, so that a retry
    is the same invalidation and the next night's is another."""
    batch = {
        "CallerReference": "<aws.scheduler.execution-id>",
        "Paths": {"Quantity": 1, "Items": ["/*"]},
    }
    return json.dumps({"DistributionId": distribution_id, "InvalidationBatch": batch})
