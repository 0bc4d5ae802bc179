"""The type tokens of the resources that have a view; a bridge's older token names the same resource."""

from __future__ import annotations

from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, ZONE

__all__ = [
    "ACCESS",
    "BUCKET",
    "BUCKET_POLICY",
    "CERTIFICATE",
    "DISTRIBUTION",
    "FUNCTION",
    "RECORD",
    "VALIDATION",
    "ZONE",
]

VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
BUCKET = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
FUNCTION = "aws:cloudfront/function:Function"
ACCESS = (
    "aws:cloudfront/originAccessControl:OriginAccessControl",
    "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
)
