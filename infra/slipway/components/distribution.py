"""A CloudFront distribution over a private bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudfront, s3

from slipway.components.buckets import LogBucket, PrivateBucket
from slipway.components.certificate import Certificate
from slipway.components.edge import EdgePolicies, RouterFunction

__all__ = ["Distribution"]

_ORIGIN = "bucket"


class Distribution(pulumi.ComponentResource):
    """A distribution that answers to `aliases` with the files of `bucket`, which admits it and nobody else.

    `certificate` must cover every alias. `host` names the folder of the access logs: `cloudfront/<host>/`.

    Replaced: nothing. The distribution, its certificate included, its access control and its bucket policy change in
    place, and the update ends when every edge has the new configuration. A distribution that leaves the program is
    disabled and deleted; with `protect` the engine refuses that.
    """

    id: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        host: str,
        aliases: Sequence[str],
        certificate: Certificate,
        bucket: PrivateBucket,
        router: RouterFunction,
        policies: EdgePolicies,
        logs: LogBucket,
        price_class: str,
        protect: bool,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:Distribution", name, None, opts)
        distribution = cloudfront.Distribution(
            name,
            enabled=True,
            comment=host,
            aliases=sorted(aliases),
            origins=[self._origin(name, bucket)],
            default_cache_behavior=_behavior(router, policies),
            viewer_certificate=_tls(certificate),
            logging_config=_logging(logs, host),
            price_class=price_class,
            http_version="http2and3",
            is_ipv6_enabled=True,
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            # A later step must not run while some edges still have the old configuration.
            wait_for_deployment=True,
            tags=dict(tags),
            # CloudFront refuses a log bucket whose ACL does not admit it yet.
            opts=pulumi.ResourceOptions(parent=self, protect=protect, depends_on=[logs]),
        )
        self._admit(name, bucket, distribution)
        self.id = distribution.id
        self.domain_name = distribution.domain_name
        self.hosted_zone_id = distribution.hosted_zone_id
        self.register_outputs({"id": self.id, "domain_name": self.domain_name})

    def _origin(self, name: str, bucket: PrivateBucket) -> cloudfront.DistributionOriginArgsDict:
        access = cloudfront.OriginAccessControl(
            f"{name}-access",
            description=f"CloudFront reads the bucket of {name}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {
            "origin_id": _ORIGIN,
            "domain_name": bucket.bucket.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        }

    def _admit(self, name: str, bucket: PrivateBucket, distribution: cloudfront.Distribution) -> None:
        """Let this distribution, and no other, read the objects of the bucket.

        It may not list them: a missing file answers 403, and the root of the host is no index of everything.
        """
        statement = {
            "Sid": "CloudFrontReads",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(bucket.bucket.arn, "/*"),
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution.arn}},
        }
        s3.BucketPolicy(
            f"{name}-read",
            bucket=bucket.bucket.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            # Retained like every setting that S3 keeps under the bucket's name: see buckets.py.
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )


def _behavior(router: RouterFunction, policies: EdgePolicies) -> cloudfront.DistributionDefaultCacheBehaviorArgsDict:
    return {
        "target_origin_id": _ORIGIN,
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "compress": True,
        "cache_policy_id": policies.cache_id,
        "response_headers_policy_id": policies.headers_id,
        "function_associations": [{"event_type": "viewer-request", "function_arn": router.arn}],
    }


def _tls(certificate: Certificate) -> cloudfront.DistributionViewerCertificateArgsDict:
    return {
        "acm_certificate_arn": certificate.issued_arn,
        "minimum_protocol_version": "TLSv1.2_2021",
        "ssl_support_method": "sni-only",
    }


def _logging(logs: LogBucket, host: str) -> cloudfront.DistributionLoggingConfigArgsDict:
    return {
        "bucket": logs.bucket.bucket_domain_name,
        "prefix": f"cloudfront/{host}/",
        "include_cookies": False,
    }
