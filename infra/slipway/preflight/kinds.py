"""What a resource is for, in the words of the verdict; and which resources are a thing of their own.

A *principal* is something a reviewer would name: a certificate, a distribution, a bucket, a public name. All else
hangs on one: the policy of a bucket, the validation records of a certificate, an access control.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeAlias

from slipway.plan import State
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, ZONE

__all__ = ["KINDS", "Kind", "hangs_on_another", "is_bucket", "is_bucket_setting", "is_validation", "kind_of"]

Kind: TypeAlias = Literal[
    "certificate", "dns", "distribution", "origin", "function", "access", "logging", "alarm", "other"
]
# In the order in which changes are best applied: what others wait for first, names last.
KINDS: tuple[Kind, ...] = (
    "certificate", "origin", "access", "function", "distribution", "dns", "logging", "alarm", "other",
)  # fmt: skip

_BY_PREFIX: tuple[tuple[str, Kind], ...] = (
    ("aws:acm/", "certificate"),
    ("aws:route53/", "dns"),
    ("aws:cloudfront/function:", "function"),
    ("aws:cloudfront/keyValueStore", "function"),
    ("aws:cloudfront/keyvaluestore", "function"),
    ("aws:cloudfront/originAccess", "access"),
    ("aws:cloudfront/publicKey", "access"),
    ("aws:cloudfront/keyGroup", "access"),
    ("aws:cloudfront/realtimeLogConfig:", "logging"),
    ("aws:cloudfront/monitoringSubscription:", "alarm"),
    ("aws:cloudfront/", "distribution"),
    ("aws:s3/bucketPolicy:", "access"),
    ("aws:s3/bucketPublicAccessBlock:", "access"),
    ("aws:s3/bucketOwnershipControls:", "access"),
    ("aws:s3/bucketAcl:", "access"),
    ("aws:s3/bucketLogging:", "logging"),
    ("aws:s3/bucketNotification:", "logging"),
    ("aws:s3/inventory:", "logging"),
    ("aws:s3/", "origin"),
    ("aws:lambda/", "function"),
    ("aws:iam/", "access"),
    ("aws:wafv2/", "access"),
    ("aws:kms/", "access"),
    ("aws:cloudwatch/logGroup:", "logging"),
    ("aws:cloudwatch/", "alarm"),
    ("aws:sns/", "alarm"),
    ("aws:sqs/", "logging"),
    ("aws:athena/", "logging"),
    ("aws:glue/", "logging"),
)
_HANGERS = (
    "pulumi:providers:",
    "aws:acm/certificateValidation:",
    "aws:cloudfront/originAccess",
    "aws:cloudfront/monitoringSubscription:",
    "aws:lambda/permission:",
    "aws:iam/rolePolicy",
    "aws:iam/userPolicy",
    "aws:sns/topicPolicy:",
    "aws:sns/topicSubscription:",
    "aws:sqs/queuePolicy:",
    "aws:sqs/redriveAllowPolicy:",
    "aws:wafv2/webAclLoggingConfiguration:",
    "aws:cloudwatch/",
)


def kind_of(state: State) -> Kind:
    """The kind of one resource; a record that proves a certificate's domain belongs to the certificate."""
    if is_validation(state):
        return "certificate"
    return _kind_of_type(state.type)


@cache
def _kind_of_type(token: str) -> Kind:
    return next((kind for prefix, kind in _BY_PREFIX if token.startswith(prefix)), "other")


def is_validation(state: State) -> bool:
    """Whether a record set proves a domain to ACM: its name was computed from a certificate."""
    return state.type == RECORD and any(f"{CERTIFICATE}::" in source for source in state.sources("name"))


def is_bucket(resource_type: str) -> bool:
    """Whether the type is a bucket itself; `BucketV2` is the same resource under its older token."""
    return resource_type in ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def is_bucket_setting(resource_type: str) -> bool:
    """Whether the type is one of the many that each hold a part of one bucket: policy, versioning, objects ..."""
    return resource_type.startswith(("aws:s3/bucket", "aws:s3/inventory:")) and not is_bucket(resource_type)


def hangs_on_another(state: State) -> bool:
    """Whether this resource is nothing by itself. Types not known here are each a thing of their own."""
    if state.type in (CERTIFICATE, DISTRIBUTION, ZONE):
        return False
    return is_validation(state) or is_bucket_setting(state.type) or state.type.startswith(_HANGERS)
