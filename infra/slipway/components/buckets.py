"""S3 buckets: one that only a CDN reads, and one that takes access logs."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi_aws import s3

__all__ = ["RESULTS", "LogBucket", "PrivateBucket"]

RESULTS = "athena/"
"""The folder of the log bucket for the results of queries."""

# S3 server access logs of other buckets go below this folder of the log bucket; CloudFront's go below cloudfront/.
_SERVER_LOGS = "s3/"

# Days. A result that was read is worth nothing; asking again costs little.
_RESULTS_KEPT = 7

# Parts of an upload that never ended are in no listing, and are paid for.
_ABORT_UPLOADS: s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgsDict = {"days_after_initiation": 7}


class LogBucket(pulumi.ComponentResource):
    """A bucket for the access logs of CloudFront and of S3, encrypted, not public, emptied after `retention_days`;
    results of queries are gone after a week.

    CloudFront's standard logging writes through an ACL grant, which is why ACLs stay on here and nowhere else (Amazon
    CloudFront developer guide, *Configure standard logging (legacy)*). S3 writes its server access logs through the
    bucket policy, from buckets of this account only.

    Replaced: by nothing, as long as its region stays. Everything else changes in place. With `protect` the engine
    refuses to delete it and its logs; without, it is emptied and deleted with its stack.
    """

    bucket: s3.Bucket

    def __init__(
        self,
        name: str,
        *,
        retention_days: int,
        protect: bool,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:LogBucket", name, None, opts)
        self.bucket = _bucket(name, self, protect=protect, tags=tags)
        _lock(name, self, self.bucket)
        self._admit_cloudfront(name)
        self._admit_s3(name)
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket.id,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": retention_days},
                    "abort_incomplete_multipart_upload": _ABORT_UPLOADS,
                },
                # Of two rules for an object S3 follows the one that is over first.
                {
                    "id": "expire-results",
                    "status": "Enabled",
                    "filter": {"prefix": RESULTS},
                    "expiration": {"days": min(_RESULTS_KEPT, retention_days)},
                },
            ],
            opts=_setting(self),
        )
        self.register_outputs({"bucket": self.bucket.id})

    def _admit_cloudfront(self, name: str) -> None:
        ownership = s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=self.bucket.id,
            rule={"object_ownership": "BucketOwnerPreferred"},
            opts=_setting(self),
        )
        asked = pulumi.InvokeOptions(parent=self)
        owner = aws.s3.get_canonical_user_id_output(opts=asked).id
        writer = aws.cloudfront.get_log_delivery_canonical_user_id_output(opts=asked).id
        s3.BucketAcl(
            f"{name}-acl",
            bucket=self.bucket.id,
            access_control_policy={
                "owner": {"id": owner},
                "grants": [_full_control(owner), _full_control(writer)],
            },
            opts=_setting(self, depends_on=[ownership]),
        )

    def _admit_s3(self, name: str) -> None:
        account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=self)).account_id
        statement = {
            "Sid": "ServerAccessLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": pulumi.Output.concat(self.bucket.arn, "/", _SERVER_LOGS, "*"),
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=_setting(self),
        )


class PrivateBucket(pulumi.ComponentResource):
    """A versioned, encrypted bucket for objects that a CDN serves; its server access log goes to `logs`.

    It grants nothing: who reads it (a `Distribution`) writes the bucket policy, since a bucket has only one. In another
    `region` than the stack's it has no server access log, which S3 writes within a region only.

    Replaced: by nothing, as long as its region stays: its name is of Pulumi's making. With `protect` the engine refuses
    to delete it and its objects, and it is left in AWS when its stack is destroyed; without, it is emptied and deleted.
    """

    bucket: s3.Bucket
    versioning: s3.BucketVersioning
    region: str | None

    def __init__(
        self,
        name: str,
        *,
        logs: LogBucket,
        protect: bool,
        tags: Mapping[str, str],
        region: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:PrivateBucket", name, None, opts)
        self.region = region
        self.bucket = _bucket(name, self, protect=protect, tags=tags, region=region)
        _lock(name, self, self.bucket, region=region)
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            region=region,
            bucket=self.bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=_setting(self),
        )
        self.versioning = s3.BucketVersioning(
            f"{name}-versioning",
            region=region,
            bucket=self.bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=_setting(self),
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            region=region,
            bucket=self.bucket.id,
            rules=[
                {
                    "id": "abort-uploads",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": _ABORT_UPLOADS,
                }
            ],
            opts=_setting(self),
        )
        if region is None:
            s3.BucketLogging(
                f"{name}-logging",
                bucket=self.bucket.id,
                target_bucket=logs.bucket.id,
                target_prefix=f"{_SERVER_LOGS}{name}/",
                opts=_setting(self, depends_on=[logs]),
            )
        self.register_outputs({"bucket": self.bucket.id})


def _bucket(
    name: str, parent: pulumi.Resource, *, protect: bool, tags: Mapping[str, str], region: str | None = None
) -> s3.Bucket:
    return s3.Bucket(
        name,
        region=region,
        force_destroy=not protect,
        tags=dict(tags),
        opts=pulumi.ResourceOptions(parent=parent, protect=protect, retain_on_delete=protect),
    )


def _lock(name: str, parent: pulumi.Resource, bucket: s3.Bucket, region: str | None = None) -> None:
    """Close the bucket to the public and encrypt what is written to it."""
    s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        region=region,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=_setting(parent),
    )
    s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        region=region,
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=_setting(parent),
    )


def _setting(parent: pulumi.Resource, depends_on: list[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
    """Options of a setting that S3 keeps under the bucket's name alone.

    Two resources can own one such setting for a moment, say after a logical rename, and the late delete of the old one
    would then undo what the new one wrote. Retained, a setting only ever goes with its bucket.
    """
    return pulumi.ResourceOptions(parent=parent, retain_on_delete=True, depends_on=depends_on)


def _full_control(user: pulumi.Input[str]) -> s3.BucketAclAccessControlPolicyGrantArgsDict:
    return {"grantee": {"id": user, "type": "CanonicalUser"}, "permission": "FULL_CONTROL"}
