"""Whom S3 may tell: a bucket's notifications are taken only if every target's own policy admits S3.

Source: S3 User Guide, Granting permissions to publish event notification messages to a destination; AWS answers
InvalidArgument for a target that does not exist or does not admit the bucket. MiniStack takes them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows.shared import absent
from slipway.cloud.provider.rows.sns import topic_attributes
from slipway.cloud.provider.rows.sqs import queue_policy
from slipway.cloud.provider.rules.policies import admits
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["refuse_targets"]


def refuse_targets(cloud: Cloud, arguments: Mapping[str, Any]) -> None:
    """Raise InvalidArgument unless all targets of a PutBucketNotificationConfiguration exist and admit S3."""
    configuration = arguments["NotificationConfiguration"]
    if arguments.get("SkipDestinationValidation"):
        return
    bucket, account = f"arn:aws:s3:::{arguments['Bucket']}", cloud.account
    context = {"aws:SourceArn": bucket, "aws:SourceAccount": account}
    for member, name, action, policy_of in _TARGETS:
        for target in configuration.get(member, []):
            policy = policy_of(cloud, target[name])
            if not admits(policy or "{}", "s3.amazonaws.com", action, target[name], context):
                why = f"{target[name]} {'does not exist' if policy is None else f'does not admit {bucket}'}"
                message = f"Unable to validate the following destination configurations: {why}"
                raise refusal("InvalidArgument", message, "PutBucketNotificationConfiguration")


def _topic_policy(cloud: Cloud, arn: str) -> str | None:
    attributes = topic_attributes(cloud.within(arn.split(":")[3]), arn)
    return None if attributes is None else attributes.get("Policy", "")


def _function_policy(cloud: Cloud, arn: str) -> str | None:
    with absent("ResourceNotFoundException"):
        return str(cloud.within(arn.split(":")[3]).client("lambda").get_policy(FunctionName=arn)["Policy"])
    return None


_TARGETS: tuple[tuple[str, str, str, Callable[[Cloud, str], str | None]], ...] = (
    ("QueueConfigurations", "QueueArn", "sqs:SendMessage", queue_policy),
    ("TopicConfigurations", "TopicArn", "sns:Publish", _topic_policy),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambda:InvokeFunction", _function_policy),
)
