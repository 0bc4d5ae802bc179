"""An S3 origin read with an identity, old or new, and without."""

from __future__ import annotations

from cdn import Site
from pulumi_aws import cloudfront


def good() -> None:
    identity = cloudfront.OriginAccessIdentity("identity").cloudfront_access_identity_path
    old = {"origin_access_control_id": "", "s3_origin_config": {"origin_access_identity": identity}}
    Site(distribution=lambda args: args["origins"][0].update(old))


def bad() -> None:
    Site(distribution=lambda args: args["origins"][0].pop("origin_access_control_id"))
