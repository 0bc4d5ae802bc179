"""The program that the moves are tried on: two distributions, a shared name, and names that are to be moved."""

import pulumi
import pulumi_aws as aws

settings = pulumi.Config("slipway")
DOMAIN = settings.require("zone")
moves = pulumi.Config("moves")

zone = aws.route53.Zone("zone", name=DOMAIN)
certificate = aws.acm.Certificate("certificate", domain_name=f"*.{DOMAIN}", validation_method="DNS")
proof = certificate.domain_validation_options[0]
validation = aws.route53.Record(
    "validation",
    zone_id=zone.id,
    name=proof.resource_record_name,
    type=proof.resource_record_type,
    ttl=60,
    records=[proof.resource_record_value],
)
issued = aws.acm.CertificateValidation(
    "certificate", certificate_arn=certificate.arn, validation_record_fqdns=[validation.fqdn]
)
bucket = aws.s3.Bucket("files", force_destroy=True)


def distribution(name, *aliases):
    return aws.cloudfront.Distribution(
        name,
        enabled=True,
        aliases=[f"{alias}.{DOMAIN}" for alias in aliases],
        origins=[{"domain_name": bucket.bucket_regional_domain_name, "origin_id": "files"}],
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "files",
            "viewer_protocol_policy": "redirect-to-https",
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={
            "acm_certificate_arn": issued.certificate_arn,
            "ssl_support_method": "sni-only",
            "minimum_protocol_version": "TLSv1.2_2021",
        },
    )


# Its origin is a server of the outside world: what stands in for it says which.
site = aws.cloudfront.Distribution(
    "site",
    enabled=True,
    comment="tried",
    aliases=[f"site.{DOMAIN}"],
    origins=[
        {
            "domain_name": moves.get("origin") or "one.example.net",
            "origin_id": "server",
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
            },
        }
    ],
    default_cache_behavior={
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "target_origin_id": "server",
        "viewer_protocol_policy": "redirect-to-https",
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={
        "acm_certificate_arn": issued.certificate_arn,
        "ssl_support_method": "sni-only",
        "minimum_protocol_version": "TLSv1.2_2021",
    },
)

app_at = moves.get("app") or "blue"
distributions = {
    "blue": distribution("blue", "static", "cloudfront-static", "docs", *(["app"] if app_at == "blue" else [])),
    "green": distribution("green", *(["app"] if app_at == "green" else [])),
}


def leads_to(name, host, to):
    target = {"name": distributions[to].domain_name, "zone_id": distributions[to].hosted_zone_id}
    return aws.route53.Record(
        name, zone_id=zone.id, name=host, type="A", aliases=[{**target, "evaluate_target_health": False}]
    )


leads_to("app", "app", "blue")
aws.route53.Record(
    "site-name",
    zone_id=zone.id,
    name="site",
    type="A",
    aliases=[{"name": site.domain_name, "zone_id": site.hosted_zone_id, "evaluate_target_health": False}],
)
ours = leads_to("cloudfront-static", f"cloudfront-static.{DOMAIN}", "blue")
second = settings.require_object("second_cdn")
pool = aws.route53.Record(
    "pool", zone_id=zone.id, name=f"fastly-static.{DOMAIN}", type="CNAME", ttl=60, records=[second["pool"]]
)
weights = settings.require_object("crates")["weights"][f"static.{DOMAIN}"]
for member, weight in (("cloudfront", weights["cloudfront"]), ("fastly", weights["second"])):
    aws.route53.Record(
        f"static-{member}",
        zone_id=zone.id,
        name=f"static.{DOMAIN}",
        type="CNAME",
        ttl=300,
        records=[f"{member}-static.{DOMAIN}"],
        set_identifier=member,
        weighted_routing_policies=[{"weight": weight}],
        opts=pulumi.ResourceOptions(depends_on=[ours, pool]),
    )

if moves.get("docs") == "alias":
    docs = leads_to("docs-alias", f"docs.{DOMAIN}", "blue")
else:
    docs = aws.route53.Record(
        "docs", zone_id=zone.id, name=f"docs.{DOMAIN}", type="CNAME", ttl=60, records=[f"cloudfront-static.{DOMAIN}"]
    )
# What depends on the record that is swapped.
aws.route53.Record(
    "docs-text", zone_id=zone.id, name=f"docs-text.{DOMAIN}", type="TXT", ttl=60, records=[docs.fqdn],
)  # fmt: skip
