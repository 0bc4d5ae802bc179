"""The access control list of the log bucket."""

from __future__ import annotations

from cdn import Site
from pulumi_aws import s3


def good() -> None:
    s3.BucketAcl("logs-acl", bucket=Site().logs.id, acl="log-delivery-write")


def bad() -> None:
    s3.BucketAcl("logs-acl", bucket=Site().logs.id, acl="public-read")
