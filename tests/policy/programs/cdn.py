"""A site that keeps every rule, for programs that change one thing about it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pulumi
from pulumi_aws import acm, cloudfront, cloudwatch, route53, s3

HOST = "static.example.org"
OPEN = {
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}
Edit = Callable[[dict[str, Any]], None]


class Site:
    """The resources of one site, each made with the arguments that its edit left; `without` names those left out."""

    def __init__(self, *, without: Collection[str] = (), **edits: Edit) -> None:
        self._without = without
        self._edits = edits
        kept = pulumi.ResourceOptions(protect=True)
        self.zone = self._add("zone", route53.Zone, name="example.org", opts=kept)
        self.logs = self._add("logs", s3.Bucket, opts=kept)
        self._add("logs_block", s3.BucketPublicAccessBlock, bucket=self.logs.id, **OPEN)
        self.bucket = self._add("bucket", s3.Bucket, opts=kept)
        self._add("block", s3.BucketPublicAccessBlock, bucket=self.bucket.id, **OPEN)
        self.certificate = self._certificate()
        self.distribution = self._distribution()
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(self.bucket.arn, "/*"),
            "Condition": {"StringEquals": {"AWS:SourceArn": self.distribution.arn}},
        }
        self._add("policy", bucket_policy, bucket=self.bucket.id, statement=statement)
        target = {
            "name": self.distribution.domain_name,
            "zone_id": self.distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
        self._add("record", route53.Record, zone_id=self.zone.zone_id, name=HOST, type="A", aliases=[target])
        self._alarm()

    def _certificate(self) -> Any:
        certificate = self._add("certificate", acm.Certificate, domain_name=HOST, validation_method="DNS")
        option = certificate.domain_validation_options[0]
        proof = self._add(
            "proof",
            route53.Record,
            zone_id=self.zone.zone_id,
            name=option.resource_record_name,
            type="CNAME",
            records=[option.resource_record_value],
            ttl=60,
        )
        return self._add(
            "issued",
            acm.CertificateValidation,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[proof.fqdn],
        )

    def _distribution(self) -> Any:
        access = self._add(
            "access",
            cloudfront.OriginAccessControl,
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
        )
        origin = {
            "origin_id": "bucket",
            "domain_name": self.bucket.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        }
        return self._add(
            "distribution",
            cloudfront.Distribution,
            enabled=True,
            aliases=[HOST],
            origins=[origin],
            default_cache_behavior=behavior(),
            viewer_certificate={
                "acm_certificate_arn": self.certificate.certificate_arn,
                "minimum_protocol_version": "TLSv1.2_2021",
                "ssl_support_method": "sni-only",
            },
            logging_config={"bucket": self.logs.bucket_domain_name, "prefix": "cloudfront/"},
            restrictions={"geo_restriction": {"restriction_type": "none"}},
        )

    def _alarm(self) -> None:
        self._add(
            "alarm",
            cloudwatch.MetricAlarm,
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=5,
            namespace="AWS/CloudFront",
            metric_name="5xxErrorRate",
            dimensions={"DistributionId": self.distribution.id, "Region": "Global"},
            statistic="Average",
            period=60,
            threshold=1,
        )

    def _add(self, key: str, kind: Callable[..., Any], /, **arguments: Any) -> Any:
        if edit := self._edits.get(key):
            edit(arguments)
        return None if key in self._without else kind(key, **arguments)


def bucket_policy(name: str, *, bucket: pulumi.Input[str], statement: dict[str, Any]) -> s3.BucketPolicy:
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return s3.BucketPolicy(name, bucket=bucket, policy=pulumi.Output.json_dumps(document))


def behavior(**more: Any) -> dict[str, Any]:
    """A cache behaviour that reads the bucket."""
    return {
        "target_origin_id": "bucket",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        **more,
    }
