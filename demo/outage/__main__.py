"""The host of 2023-01-25, in plain resources: its record waits for its certificate, as such programs have it.

Another name on the certificate replaces the certificate and the wait for it. The record's name comes by way of that
wait. Where the wait is replaced delete-first, the engine therefore deletes the record first, waits for the new
certificate, and creates the record again: dark for as long as the issuance takes. Where it is replaced create-first,
the record turns out to be the same, and nothing happens to it.
"""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
names = config.require_object("names")
host = names[0]

zone = aws.route53.Zone("zone", name="example.net")
certificate = aws.acm.Certificate(
    "certificate", domain_name=host, subject_alternative_names=names[1:], validation_method="DNS"
)


def proof(name: str) -> aws.route53.Record:
    """The record by which a name on the certificate is validated."""
    option = certificate.domain_validation_options.apply(
        lambda options: next(each for each in options if each.domain_name == name)
    )
    return aws.route53.Record(
        f"proof-{name}",
        zone_id=zone.zone_id,
        name=option.resource_record_name,
        type=option.resource_record_type,
        records=[option.resource_record_value],
        ttl=60,
    )


issued = aws.acm.CertificateValidation(
    "issued",
    certificate_arn=certificate.arn,
    validation_record_fqdns=[proof(name).fqdn for name in names],
    opts=pulumi.ResourceOptions(delete_before_replace=config.get_bool("delete_first")),
)
bucket = aws.s3.Bucket("files", force_destroy=True)
access = aws.cloudfront.OriginAccessControl(
    "access", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
)
distribution = aws.cloudfront.Distribution(
    "static",
    enabled=True,
    aliases=[host],
    origins=[
        {
            "origin_id": "files",
            "domain_name": bucket.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        }
    ],
    default_cache_behavior={
        "target_origin_id": "files",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # CloudFront's managed CachingOptimized
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"acm_certificate_arn": issued.certificate_arn, "ssl_support_method": "sni-only"},
)
aws.s3.BucketPolicy(
    "readable",
    bucket=bucket.id,
    policy=pulumi.Output.all(bucket.arn, distribution.arn).apply(
        lambda arns: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudfront.amazonaws.com"},
                        "Action": "s3:GetObject",
                        "Resource": f"{arns[0]}/*",
                        "Condition": {"StringEquals": {"AWS:SourceArn": arns[1]}},
                    }
                ],
            }
        )
    ),
)
aws.route53.Record(
    "static",
    zone_id=zone.zone_id,
    name=issued.certificate_arn.apply(lambda arn: host),  # not before the certificate is issued
    type="A",
    aliases=[
        {
            "name": distribution.domain_name,
            "zone_id": distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
    ],
)
pulumi.export("host", host)
