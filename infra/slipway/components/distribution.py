"""A CloudFront distribution: over a private bucket that admits nobody else, or over a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudfront, s3

from slipway.components.behaviors import Behavior, BucketOrigin, ServerOrigin
from slipway.components.buckets import LogBucket, PrivateBucket
from slipway.components.certificate import Certificate
from slipway.components.firewall import Firewall

__all__ = ["Distribution"]

_ORIGIN, _FALLBACK, _GROUP = "bucket", "fallback", "bucket-or-fallback"
_FAILOVER = (500, 502, 503)


class Distribution(pulumi.ComponentResource):
    """A distribution that answers to `aliases` from its `origin`, as its `behaviors` say; the first is the default one.

    `certificate` must cover every alias. `host` names the folder of the access logs: `cloudfront/<host>/`. A bucket
    admits this distribution and nobody else. `not_found` is the path of a page that stands for a missing file, which
    a bucket that may not be listed answers with 403. With `trials` its changes may be tried on some requests
    (CloudFront continuous deployment, which knows no HTTP/3): then the bucket admits every distribution of the account.

    Replaced: nothing. The distribution, its certificate included, its access control and its bucket policy change in
    place, and the update ends when every edge has the new configuration. A distribution that leaves the program is
    disabled and deleted; with `protect` the engine refuses that.
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]
    log_folder: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        host: str,
        aliases: Sequence[str],
        certificate: Certificate,
        origin: BucketOrigin | ServerOrigin,
        behaviors: Sequence[Behavior],
        logs: LogBucket,
        price_class: str,
        protect: bool,
        tags: Mapping[str, str],
        firewall: Firewall | None = None,
        not_found: str = "",
        trials: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:Distribution", name, None, opts)
        origins, groups, target = self._origins(name, origin)
        default, *others = behaviors
        distribution = cloudfront.Distribution(
            name,
            enabled=True,
            comment=host,
            aliases=sorted(aliases),
            origins=origins,
            origin_groups=groups,
            default_cache_behavior=default.settings(target),
            ordered_cache_behaviors=[{**each.settings(target), "path_pattern": each.pattern} for each in others],
            custom_error_responses=_missing(not_found) if not_found else None,
            viewer_certificate=_tls(certificate),
            logging_config=_logging(logs, host),
            web_acl_id=firewall.arn if firewall else None,
            price_class=price_class,
            http_version="http2" if trials else "http2and3",
            is_ipv6_enabled=True,
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            # A later step must not run while some edges still have the old configuration.
            wait_for_deployment=True,
            tags=dict(tags),
            # CloudFront refuses a log bucket whose ACL does not admit it yet.
            opts=pulumi.ResourceOptions(parent=self, protect=protect, depends_on=[logs]),
        )
        if isinstance(origin, BucketOrigin):
            readers = _account_of(distribution) if trials else {"AWS:SourceArn": distribution.arn}
            self._admit(f"{name}-read", origin.bucket, readers)
            if origin.fallback:
                self._admit(f"{name}-read-fallback", origin.fallback, readers)
        self.id = distribution.id
        self.arn = distribution.arn
        self.domain_name = distribution.domain_name
        self.hosted_zone_id = distribution.hosted_zone_id
        self.log_folder = distribution.logging_config.apply(lambda config: (config.prefix if config else None) or "")
        self.register_outputs({"id": self.id, "domain_name": self.domain_name})

    def _origins(
        self, name: str, origin: BucketOrigin | ServerOrigin
    ) -> tuple[
        list[cloudfront.DistributionOriginArgsDict], list[cloudfront.DistributionOriginGroupArgsDict] | None, str
    ]:
        """The origins, their group if there is a fallback, and which of them the behaviours name."""
        if isinstance(origin, ServerOrigin):
            return [_server(origin)], None, "server"
        access = cloudfront.OriginAccessControl(
            f"{name}-access",
            description=f"CloudFront reads the bucket of {name}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=pulumi.ResourceOptions(parent=self),
        )
        first = _bucket(_ORIGIN, origin.bucket, origin.path, access)
        if origin.fallback is None:
            return [first], None, _ORIGIN
        group: cloudfront.DistributionOriginGroupArgsDict = {
            "origin_id": _GROUP,
            "failover_criteria": {"status_codes": list(_FAILOVER)},
            "members": [{"origin_id": _ORIGIN}, {"origin_id": _FALLBACK}],
        }
        return [first, _bucket(_FALLBACK, origin.fallback, origin.path, access)], [group], _GROUP

    def _admit(self, name: str, bucket: PrivateBucket, readers: Mapping[str, pulumi.Output[str]]) -> None:
        """Let CloudFront read the objects of the bucket, for these readers and no others.

        It may not list them: a missing file answers 403, and the root of the host is no index of everything.
        """
        statement = {
            "Sid": "CloudFrontReads",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(bucket.bucket.arn, "/*"),
            "Condition": {"StringEquals": dict(readers)},
        }
        s3.BucketPolicy(
            name,
            region=bucket.region,
            bucket=bucket.bucket.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            # Retained like every setting that S3 keeps under the bucket's name: see buckets.py.
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )


def _account_of(distribution: cloudfront.Distribution) -> dict[str, pulumi.Output[str]]:
    """Every distribution of its account, the staging one among them: its ARN is not known before it is there."""
    return {"AWS:SourceAccount": distribution.arn.apply(lambda arn: arn.split(":")[4])}


def _bucket(
    origin_id: str, bucket: PrivateBucket, path: str, access: cloudfront.OriginAccessControl
) -> cloudfront.DistributionOriginArgsDict:
    found: cloudfront.DistributionOriginArgsDict = {
        "origin_id": origin_id,
        "domain_name": bucket.bucket.bucket_regional_domain_name,
        "origin_access_control_id": access.id,
    }
    if path:
        found["origin_path"] = path
    return found


def _server(origin: ServerOrigin) -> cloudfront.DistributionOriginArgsDict:
    return {
        "origin_id": "server",
        "domain_name": origin.host,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
            "origin_keepalive_timeout": origin.keepalive,
            "origin_read_timeout": origin.read_timeout,
        },
    }


def _missing(page: str) -> list[cloudfront.DistributionCustomErrorResponseArgsDict]:
    """One page for what is not there. A minute is long enough to shield the bucket, and short enough for an upload."""
    return [
        {"error_code": code, "response_code": 404, "response_page_path": page, "error_caching_min_ttl": 60}
        for code in (403, 404)
    ]


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
