"""Where alarms go: one topic, the addresses that read it, and the paging service that wakes somebody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi_aws import sns

from slipway.config import OnCallConfig

__all__ = ["PAGE", "REGION", "Paging"]

# CloudFront's metrics are in this region only, an alarm is where its metric is, and its topic where the alarm is.
REGION = "us-east-1"

PAGE = "page-"
"""What the name of an alarm begins with that wakes somebody; it is all that a paging service is sent."""

# Seconds and counts. Twenty more attempts over about ten minutes: a page that comes later is no page, and others have
# been told by e-mail. SNS takes no policy longer than an hour (Amazon SNS developer guide, *Message delivery retries*).
_RETRIES = {
    "healthyRetryPolicy": {
        "numRetries": 20,
        "numNoDelayRetries": 2,
        "numMinDelayRetries": 3,
        "numMaxDelayRetries": 5,
        "minDelayTarget": 5,
        "maxDelayTarget": 60,
        "backoffFunction": "exponential",
    }
}


class Paging(pulumi.ComponentResource):
    """The topic of an environment's alarms. E-mail addresses of `on_call` get every message, its HTTPS endpoints those
    of alarms named `page-...`, in both directions: a page is resolved by the message that all is well.

    Only CloudWatch is admitted by the topic's policy, and only for alarms of this account. The topic is not encrypted
    with a key of ours: CloudWatch cannot use the key that AWS manages for SNS, and nothing secret is in a message.

    A subscription waits until its owner confirms it; `aws sns list-subscriptions-by-topic` shows which still do. The
    URL of a paging service often holds its key, so it is a secret in state and previews, and no name is made of it.

    Replaced: a subscription, by another address: that is another subscription. The topic never; it would lose them all.
    """

    topic_arn: pulumi.Output[str]

    def __init__(
        self, name: str, *, on_call: OnCallConfig, tags: Mapping[str, str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:components:Paging", name, None, opts)
        topic = sns.Topic(name, region=REGION, tags=dict(tags), opts=pulumi.ResourceOptions(parent=self))
        self.topic_arn = topic.arn
        self._admit_cloudwatch(name)
        # The names are made of the addresses: SNS knows a subscription by its address, and a second resource for the
        # same one would end it when it is deleted.
        for address in on_call.email:
            sns.TopicSubscription(
                f"{name}-email-{address}",
                region=REGION,
                topic=self.topic_arn,
                protocol="email",
                endpoint=address,
                opts=pulumi.ResourceOptions(parent=self),
            )
        for endpoint in on_call.https:
            sns.TopicSubscription(
                f"{name}-https-{hashlib.sha256(endpoint.encode()).hexdigest()[:12]}",
                region=REGION,
                topic=self.topic_arn,
                protocol="https",
                endpoint=pulumi.Output.secret(endpoint),
                delivery_policy=json.dumps(_RETRIES),
                filter_policy_scope="MessageBody",
                filter_policy=json.dumps({"AlarmName": [{"prefix": PAGE}]}),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"topic_arn": self.topic_arn})

    def _admit_cloudwatch(self, name: str) -> None:
        account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=self)).account_id
        statement = {
            "Sid": "AlarmsOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": self.topic_arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {
                    "aws:SourceArn": pulumi.Output.format("arn:aws:cloudwatch:{0}:{1}:alarm:*", REGION, account)
                },
            },
        }
        sns.TopicPolicy(
            f"{name}-policy",
            region=REGION,
            arn=self.topic_arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=pulumi.ResourceOptions(parent=self),
        )
