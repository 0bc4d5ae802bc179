"""The queue that says which access logs have arrived, and the one for those that cannot be counted."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi_aws import s3, sqs

from slipway.components.buckets import LogBucket

__all__ = ["LogQueue"]

# Seconds. Fourteen days, the longest SQS has: the counter may be away for a holiday. A dead letter's days are counted
# from when it was first sent (Amazon SQS developer guide, *Using dead-letter queues*).
_KEPT = 1_209_600
# Seconds a message is hidden while the counter reads its file.
_HIDDEN = 900
# Receipts without a delete, after which a message is a dead letter: a worker that was stopped in the middle has none.
_TRIES = 5
_FOLDERS = ("cloudfront/", "fastly-requests/")


class LogQueue(pulumi.ComponentResource):
    """A message for every access log of either CDN that is written to `logs`; the download counter reads them.

    A message that was received five times and never deleted goes to `dead_letters`, which takes those of this queue
    alone. S3 asks the queue for admission when the notification is made, so that waits for the queue's policy.

    Replaced: by nothing. The notification is a setting of the bucket, of which a bucket has only one.
    """

    queue: sqs.Queue
    dead_letters: sqs.Queue

    def __init__(
        self, name: str, *, logs: LogBucket, tags: Mapping[str, str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:components:LogQueue", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.dead_letters = sqs.Queue(
            f"{name}-dead",
            message_retention_seconds=_KEPT,
            visibility_timeout_seconds=_HIDDEN,
            sqs_managed_sse_enabled=True,
            tags=dict(tags),
            opts=inside,
        )
        self.queue = sqs.Queue(
            name,
            message_retention_seconds=_KEPT,
            visibility_timeout_seconds=_HIDDEN,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": _TRIES}
            ),
            tags=dict(tags),
            opts=inside,
        )
        sqs.RedriveAllowPolicy(
            f"{name}-dead-sources",
            queue_url=self.dead_letters.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [self.queue.arn]}
            ),
            opts=inside,
        )
        account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=self)).account_id
        statement = {
            "Sid": "LogsArrive",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.queue.arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnEquals": {"aws:SourceArn": logs.bucket.arn},
            },
        }
        admitted = sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=inside,
        )
        s3.BucketNotification(
            f"{name}-events",
            bucket=logs.bucket.id,
            queues=[
                {
                    "id": folder.strip("/"),
                    "queue_arn": self.queue.arn,
                    "events": ["s3:ObjectCreated:*"],
                    "filter_prefix": folder,
                }
                for folder in _FOLDERS
            ],
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True, depends_on=[admitted]),
        )
        self.register_outputs({"queue": self.queue.url, "dead_letters": self.dead_letters.url})

    @property
    def outputs(self) -> dict[str, pulumi.Output[str]]:
        """What the download counter asks of it: the queues' URLs."""
        return {"queue": self.queue.url, "dead_letters": self.dead_letters.url}
