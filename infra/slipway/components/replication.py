"""A copy of a bucket's objects in a bucket of another region."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
from pulumi_aws import iam, s3

from slipway.components.buckets import PrivateBucket

__all__ = ["Replication"]

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


class Replication(pulumi.ComponentResource):
    """Whatever is written to `source` below `prefix` is written to `destination`, as a rule within minutes.

    Deletes are not replicated: the copy is what a bad delete is undone from. Both buckets are versioned, without which
    S3 refuses. What was there before replication began is copied by hand (S3 Batch Replication). `rule` names it in
    metrics.

    Replaced: by nothing. The configuration is a setting of the source bucket, and goes only with it.
    """

    rule = "fallback"

    def __init__(
        self,
        name: str,
        *,
        source: PrivateBucket,
        destination: PrivateBucket,
        prefix: str,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:Replication", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = iam.Role(f"{name}-role", assume_role_policy=json.dumps(_TRUST), tags=dict(tags), opts=inside)
        allowed = iam.RolePolicy(
            f"{name}-role-policy",
            role=role.id,
            policy=_policy(source, destination, prefix),
            opts=inside,
        )
        s3.BucketReplicationConfig(
            name,
            bucket=source.bucket.id,
            role=role.arn,
            rules=[
                {
                    "id": self.rule,
                    "status": "Enabled",
                    "priority": 0,
                    "filter": {"prefix": prefix},
                    "delete_marker_replication": {"status": "Disabled"},
                    "destination": {
                        "bucket": destination.bucket.arn,
                        "metrics": {"status": "Enabled", "event_threshold": {"minutes": 15}},
                        "replication_time": {"status": "Enabled", "time": {"minutes": 15}},
                    },
                }
            ],
            opts=pulumi.ResourceOptions(
                parent=self, retain_on_delete=True, depends_on=[source.versioning, destination.versioning, allowed]
            ),
        )
        self.register_outputs({})


def _policy(source: PrivateBucket, destination: PrivateBucket, prefix: str) -> pulumi.Output[str]:
    """What S3 needs to replicate, and no more (Amazon S3 user guide, *Setting up permissions for live replication*)."""
    statements = [
        {
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": source.bucket.arn,
        },
        {
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": pulumi.Output.concat(source.bucket.arn, f"/{prefix}*"),
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": pulumi.Output.concat(destination.bucket.arn, f"/{prefix}*"),
        },
    ]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
