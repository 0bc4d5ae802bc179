"""Realistic inputs of every S3 type, what may become of them, and how the world can change behind Pulumi's back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows.s3_api import call

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/replication"
BUCKET = "<bucket>"  # stands for a bucket made for the test; in text, too
OTHER = "<other>"  # another, versioned
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:s3-events"


@dataclass(frozen=True)
class Case:
    """`change` is merged into `inputs` for the update; `behind` changes the world, seen at the input `seen`."""

    type: str
    inputs: dict[str, Any]
    change: dict[str, Any]
    behind: Callable[[Cloud, str], object]
    seen: str
    replacing: dict[str, Any] = field(default_factory=lambda: {"bucket": "another-bucket"})
    id: str = BUCKET
    versioned: bool = False
    gone_when_deleted: bool = True

    @property
    def token(self) -> str:
        return f"aws:s3/{self.type[0].lower()}{self.type[1:]}:{self.type}"

    def __str__(self) -> str:
        return self.type


def policy(effect: str, *actions: str) -> str:
    """A bucket policy for one account."""
    statement = {
        "Effect": effect,
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{BUCKET}/*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def rule(name: str, **members: Any) -> dict[str, Any]:
    return {"id": name, "status": "Enabled", **members}


LIFECYCLE = [
    rule("all", filter={"prefix": ""}, abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
    rule("none", abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
    rule(
        "logs",
        filter={"and": {"prefix": "logs/", "tags": {"kind": "log", "keep": "no"}, "objectSizeGreaterThan": 10}},
        transitions=[
            {"days": 90, "storageClass": "GLACIER"},
            {"days": 30, "storageClass": "STANDARD_IA"},
        ],
        expiration={"days": 365},
    ),
    rule("old", filter={"tag": {"key": "a", "value": "b"}}, expiration={"date": "2030-01-01T00:00:00Z"}),
    rule(
        "versions",
        filter={"objectSizeLessThan": 500},
        noncurrentVersionExpiration={"noncurrentDays": 30, "newerNoncurrentVersions": 2},
        noncurrentVersionTransitions=[{"noncurrentDays": 30, "storageClass": "ONEZONE_IA"}],
    ),
]
GRANTS = [
    {
        "permission": "WRITE",
        "grantee": {"type": "Group", "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"},
    },
    {"permission": "FULL_CONTROL", "grantee": {"type": "CanonicalUser", "id": "c" * 64}},
]

SETTINGS = [
    Case(
        "BucketPolicy",
        {"bucket": BUCKET, "policy": policy("Allow", "s3:GetObject", "s3:ListBucket")},
        {"policy": policy("Allow", "s3:GetObject")},
        lambda cloud, bucket: cloud.client("s3").put_bucket_policy(
            Bucket=bucket, Policy=policy("Deny", "s3:*").replace(BUCKET, bucket)
        ),
        "policy",
    ),
    Case(
        "BucketVersioning",
        {"bucket": BUCKET, "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        lambda cloud, bucket: cloud.client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        "versioningConfiguration",
        gone_when_deleted=False,
    ),
    Case(
        "BucketPublicAccessBlock",
        {"bucket": BUCKET, "blockPublicAcls": True, "blockPublicPolicy": True},
        {"ignorePublicAcls": True, "restrictPublicBuckets": True},
        lambda cloud, bucket: cloud.client("s3").put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False, "BlockPublicPolicy": True}
        ),
        "blockPublicAcls",
    ),
    Case(
        "BucketOwnershipControls",
        {"bucket": BUCKET, "rule": {"objectOwnership": "BucketOwnerPreferred"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
        lambda cloud, bucket: cloud.client("s3").put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        ),
        "rule",
    ),
    Case(
        "BucketServerSideEncryptionConfiguration",
        {
            "bucket": BUCKET,
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "alias/files"},
                    "bucketKeyEnabled": True,
                    "blockedEncryptionTypes": ["SSE-C"],
                }
            ],
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        lambda cloud, bucket: cloud.client("s3").delete_bucket_encryption(Bucket=bucket),
        "rules",
        gone_when_deleted=False,
    ),
    Case(
        "BucketLifecycleConfiguration",
        {"bucket": BUCKET, "rules": LIFECYCLE, "timeouts": {"create": "5m"}},
        {"rules": LIFECYCLE[:1], "transitionDefaultMinimumObjectSize": "varies_by_storage_class"},
        lambda cloud, bucket: cloud.client("s3").put_bucket_lifecycle_configuration(
            Bucket=bucket,
            LifecycleConfiguration={
                "Rules": [{"ID": "all", "Status": "Disabled", "Filter": {}, "Expiration": {"Days": 1}}]
            },
        ),
        "rules",
    ),
    Case(
        "BucketCorsConfiguration",
        {
            "bucket": BUCKET,
            "corsRules": [
                {"allowedMethods": ["GET", "HEAD"], "allowedOrigins": ["https://a.example", "https://*.example.org"]},
                {"id": "put", "allowedMethods": ["PUT"], "allowedOrigins": ["*"], "maxAgeSeconds": 30},
            ],
        },
        {"corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"], "exposeHeaders": ["ETag"]}]},
        lambda cloud, bucket: cloud.client("s3").put_bucket_cors(
            Bucket=bucket, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": ["*"]}]}
        ),
        "corsRules",
    ),
    Case(
        "BucketLogging",
        {
            "bucket": BUCKET,
            "targetBucket": OTHER,
            "targetPrefix": "s3/",
            "targetObjectKeyFormat": {"partitionedPrefix": {"partitionDateSource": "EventTime"}},
            "targetGrants": [{"permission": "READ", "grantee": {"type": "CanonicalUser", "id": "c" * 64}}],
        },
        {"targetPrefix": "", "targetObjectKeyFormat": {"simplePrefix": {}}},
        lambda cloud, bucket: cloud.client("s3").put_bucket_logging(
            Bucket=bucket,
            BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "elsewhere/"}},
        ),
        "targetBucket",
    ),
    Case(
        "BucketNotification",
        {
            "bucket": BUCKET,
            "eventbridge": True,
            "queues": [{"queueArn": QUEUE, "events": ["s3:ObjectRemoved:*", "s3:ObjectCreated:*"]}],
            "lambdaFunctions": [
                {
                    "id": "index",
                    "lambdaFunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:index",
                    "events": ["s3:ObjectCreated:Put"],
                    "filterPrefix": "crates/",
                    "filterSuffix": ".crate",
                }
            ],
        },
        {"queues": [], "eventbridge": False},
        lambda cloud, bucket: cloud.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        ),
        "queues",
        gone_when_deleted=False,
    ),
    Case(
        "BucketAcl",
        {"bucket": BUCKET, "acl": "private"},
        {"acl": "log-delivery-write"},
        lambda cloud, bucket: cloud.client("s3").put_bucket_acl(Bucket=bucket, ACL="authenticated-read"),
        "acl",
        id=f"{BUCKET},private",
        gone_when_deleted=False,
    ),
    Case(
        "BucketAcl",
        {"bucket": BUCKET, "accessControlPolicy": {"owner": {"id": "o" * 64}, "grants": GRANTS}},
        {"accessControlPolicy": {"owner": {"id": "o" * 64}, "grants": GRANTS[:1]}},
        lambda cloud, bucket: cloud.client("s3").put_bucket_acl(Bucket=bucket, ACL="private"),
        "accessControlPolicy",
        gone_when_deleted=False,
    ),
    Case(
        "BucketReplicationConfig",
        {
            "bucket": BUCKET,
            "role": ROLE,
            "rules": [
                {
                    "status": "Enabled",
                    "priority": 1,
                    "filter": {"and": {"prefix": "crates/", "tags": {"copy": "yes"}}},
                    "deleteMarkerReplication": {"status": "Disabled"},
                    "destination": {
                        "bucket": f"arn:aws:s3:::{OTHER}",
                        "storageClass": "STANDARD_IA",
                        "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                        "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
                    },
                },
                {
                    "id": "rest",
                    "status": "Disabled",
                    "priority": 2,
                    "filter": {},
                    "deleteMarkerReplication": {"status": "Enabled"},
                    "destination": {"bucket": f"arn:aws:s3:::{OTHER}"},
                },
            ],
        },
        {
            "rules": [
                {"id": "v1", "status": "Enabled", "prefix": "a/", "destination": {"bucket": f"arn:aws:s3:::{OTHER}"}}
            ]
        },
        lambda cloud, bucket: cloud.client("s3").put_bucket_replication(
            Bucket=bucket,
            ReplicationConfiguration={
                "Role": ROLE,
                "Rules": [{"ID": "x", "Status": "Disabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::z"}}],
            },
        ),
        "rules",
        versioned=True,
    ),
    Case(
        "Inventory",
        {
            "bucket": BUCKET,
            "name": "everything",
            "includedObjectVersions": "All",
            "schedule": {"frequency": "Daily"},
            "filter": {"prefix": "crates/"},
            "optionalFields": ["Size", "ETag"],
            "destination": {
                "bucket": {
                    "bucketArn": f"arn:aws:s3:::{OTHER}",
                    "format": "Parquet",
                    "prefix": "inventory",
                    "encryption": {"sseS3": {}},
                }
            },
        },
        {"enabled": False, "schedule": {"frequency": "Weekly"}},
        lambda cloud, bucket: call(
            cloud,
            "PutBucketInventoryConfiguration",
            Bucket=bucket,
            Id="everything",
            InventoryConfiguration={
                "Id": "everything",
                "IsEnabled": False,
                "IncludedObjectVersions": "Current",
                "Schedule": {"Frequency": "Weekly"},
                "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::b", "Format": "CSV"}},
            },
        ),
        "includedObjectVersions",
        {"bucket": "another-bucket", "name": "other"},
        id=f"{BUCKET}:everything",
    ),
]


def filled_in(value: Any, bucket: str, other: str) -> Any:
    """The value with real buckets in it."""
    if isinstance(value, dict):
        return {key: filled_in(item, bucket, other) for key, item in value.items()}
    if isinstance(value, list):
        return [filled_in(item, bucket, other) for item in value]
    return value.replace(BUCKET, bucket).replace(OTHER, other) if isinstance(value, str) else value
