"""A vocabulary for programs of one small site: what is declared, and how an edit changes it.

    site = standard()                          # zone, bucket, certificate, distribution, records, by name
    change(site, "static", ttl=60)
    declared(site)                             # one side of a case's site.json: a list of resources for program.py

Names are those of the Python SDK; `${name.path}` refers to an output of another resource.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

__all__ = [
    "STATIC",
    "Site",
    "add",
    "admit",
    "alias",
    "behaviour",
    "bucket_policy",
    "certify",
    "change",
    "cname",
    "component",
    "declared",
    "option",
    "record",
    "remove",
    "rename",
    "routed",
    "secured",
    "serve",
    "standard",
    "toward",
]

Resource = dict[str, Any]
Site = dict[str, Resource]
STATIC = "static.example.org"
TYPES = {
    "bucket": "aws:s3/bucket:Bucket",
    "cache_policy": "aws:cloudfront/cachePolicy:CachePolicy",
    "certificate": "aws:acm/certificate:Certificate",
    "distribution": "aws:cloudfront/distribution:Distribution",
    "function": "aws:cloudfront/function:Function",
    "health_check": "aws:route53/healthCheck:HealthCheck",
    "identity": "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
    "lifecycle": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "oac": "aws:cloudfront/originAccessControl:OriginAccessControl",
    "object": "aws:s3/bucketObjectv2:BucketObjectv2",
    "policy": "aws:s3/bucketPolicy:BucketPolicy",
    "provider": "pulumi:providers:aws",
    "record": "aws:route53/record:Record",
    "validation": "aws:acm/certificateValidation:CertificateValidation",
    "versioning": "aws:s3/bucketVersioning:BucketVersioning",
    "zone": "aws:route53/zone:Zone",
}
CODE = "function handler(event) { return event.request; }"
_REFERENCE = re.compile(r"\$\{([^.}]+)\.")


def standard() -> Site:
    """static.example.org: a CNAME to a distribution that reads one bucket, with a certificate for that name alone."""
    site: Site = {}
    add(site, "zone", "zone", name="example.org")
    add(site, "bucket", "crates", bucket="crates-example-org")
    add(site, "oac", "oac", name="crates", **_SIGNED)
    add(site, "function", "router", name="router", runtime="cloudfront-js-2.0", code=CODE)
    certify(site, "cert", STATIC)
    serve(site, "cdn", [STATIC])
    admit(site, "read", "cdn")
    cname(site, "static", STATIC)
    return site


# -- edits of what is declared ---------------------------------------------------------------------------------------


def add(site: Site, kind: str, name: str, options: dict[str, Any] | None = None, /, **properties: Any) -> None:
    """Declare a resource, below all there are; `kind` is a word of TYPES."""
    site[name] = {"name": name, "type": TYPES[kind], "properties": properties, "options": options or {}}


def change(site: Site, name: str, /, **properties: Any) -> None:
    """Set properties of a declared resource; None takes one away."""
    merged = {**site[name]["properties"], **properties}
    site[name]["properties"] = {key: value for key, value in merged.items() if value is not None}


def option(site: Site, name: str, /, **options: Any) -> None:
    """Set resource options, such as `depends_on=["cdn"]` or `protect=True`; None takes one away."""
    merged = {**site[name]["options"], **options}
    site[name]["options"] = {key: value for key, value in merged.items() if value is not None}


def remove(site: Site, *names: str) -> None:
    for name in names:
        del site[name]


def rename(site: Site, old: str, new: str, *, alias: bool = False) -> None:
    """The same declaration under another logical name, and so under another URN unless it has an alias."""
    text = json.dumps(site).replace(f"${{{old}.", f"${{{new}.")
    renamed = {new if name == old else name: resource for name, resource in json.loads(text).items()}
    renamed[new]["name"] = new
    site.clear()
    site.update(renamed)
    if alias:
        option(site, new, aliases=[old])


def component(site: Site, name: str, *children: str, parent: str = "") -> None:
    """A component over these resources, which are declared already."""
    options = {"parent": parent} if parent else {}
    site[name] = {"name": name, "type": "slipway:index:Part", "options": options}
    for child in children:
        option(site, child, parent=name)


def declared(site: Site) -> list[Resource]:
    """The resources in the order they were declared in, but each below all that it refers to."""
    waiting, found = deepcopy(site), {}
    while waiting:
        name = next(name for name, resource in waiting.items() if not _needed(resource) & waiting.keys())
        found[name] = {key: value for key, value in waiting.pop(name).items() if value}
    return list(found.values())


def _needed(resource: Resource) -> set[str]:
    options = resource["options"]
    given = {options.get("parent", ""), options.get("provider", ""), *options.get("depends_on", [])}
    return given | set(_REFERENCE.findall(json.dumps(resource.get("properties", {}))))


# -- what a site is made of ------------------------------------------------------------------------------------------

_SIGNED = {"origin_access_control_origin_type": "s3", "signing_behavior": "always", "signing_protocol": "sigv4"}


def certify(site: Site, name: str, *domains: str) -> None:
    """A certificate for these names, a validation record for each, and the wait for its issuance: `cert`,
    `proof-static` (after the name's first label), `issued`; declared again, it gains or loses names."""
    prefix = name.removesuffix("cert")
    more = {"subject_alternative_names": list(domains[1:])} if domains[1:] else {}
    add(site, "certificate", name, domain_name=domains[0], validation_method="DNS", **more)
    names = [f"{prefix}proof-{domain.split('.')[0].replace('*', 'wildcard')}" for domain in domains]
    for at, proof in enumerate(names):
        place = f"{name}.domain_validation_options[{at}].resource_record"
        values = {"name": f"${{{place}_name}}", "type": f"${{{place}_type}}", "records": [f"${{{place}_value}}"]}
        add(site, "record", proof, zone_id="${zone.zone_id}", ttl=60, **values)
    fqdns = [f"${{{proof}.fqdn}}" for proof in names]
    add(site, "validation", f"{prefix}issued", certificate_arn=f"${{{name}.arn}}", validation_record_fqdns=fqdns)


def serve(
    site: Site, name: str, aliases: list[str], *, issued: str = "issued", bucket: str = "crates", **more: Any
) -> None:
    """A distribution of these aliases over a bucket, behind the router."""
    origin = {"origin_id": "s3", "domain_name": f"${{{bucket}.bucket_regional_domain_name}}"}
    properties = {
        "enabled": True,
        "aliases": aliases,
        "origins": [{**origin, "origin_access_control_id": "${oac.id}"}],
        "default_cache_behavior": behaviour(),
        "restrictions": {"geo_restriction": {"restriction_type": "none"}},
        "viewer_certificate": secured(issued),
    }
    add(site, "distribution", name, **{**properties, **more})


def behaviour(router: str = "${router.arn}", **more: Any) -> dict[str, Any]:
    """A distribution's default behaviour; no `router`, no function."""
    functions = {"function_associations": [{"event_type": "viewer-request", "function_arn": router}]} if router else {}
    ttls = {"min_ttl": 0, "default_ttl": 86400, "max_ttl": 31536000}
    return {
        "target_origin_id": "s3",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "forwarded_values": {"query_string": False, "cookies": {"forward": "none"}},
        **ttls,
        **functions,
        **more,
    }


def secured(issued: str) -> dict[str, Any]:
    """A viewer certificate, taken once it is issued."""
    arn = f"${{{issued}.certificate_arn}}"
    return {"acm_certificate_arn": arn, "ssl_support_method": "sni-only", "minimum_protocol_version": "TLSv1.2_2021"}


def admit(site: Site, name: str, *distributions: str, bucket: str = "crates") -> None:
    """A policy by which these distributions, and nobody else, read the bucket."""
    add(site, "policy", name, bucket=f"${{{bucket}.id}}", policy=bucket_policy(*distributions, bucket=bucket))


def bucket_policy(*distributions: str, bucket: str = "crates", **statement: Any) -> str:
    """The policy document of `admit`; ARNs stand for themselves, and `statement` overrides its keys."""
    arns = [one if one.startswith("arn:") else f"${{{one}.arn}}" for one in distributions]
    admitting = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"${{{bucket}.arn}}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": arns[0] if len(arns) == 1 else arns}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [{**admitting, **statement}]})


def record(site: Site, urn: str, host: str, type_: str, *values: str, ttl: int = 300, **more: Any) -> None:
    add(site, "record", urn, zone_id="${zone.zone_id}", name=host, type=type_, ttl=ttl, records=list(values), **more)


def cname(site: Site, urn: str, host: str, target: str = "${cdn.domain_name}", **more: Any) -> None:
    record(site, urn, host, "CNAME", target, **more)


def toward(distribution: str) -> list[dict[str, Any]]:
    """The `aliases` of a record set that is an alias to a distribution."""
    target = {"name": f"${{{distribution}.domain_name}}", "zone_id": f"${{{distribution}.hosted_zone_id}}"}
    return [{**target, "evaluate_target_health": False}]


def alias(site: Site, urn: str, host: str, type_: str = "A", distribution: str = "cdn", **more: Any) -> None:
    """An alias record set: no TTL of its own, and allowed at the apex."""
    add(site, "record", urn, zone_id="${zone.zone_id}", name=host, type=type_, aliases=toward(distribution), **more)


def routed(identifier: str, **policy: Any) -> dict[str, Any]:
    """What makes a record set a member: `routed("fastly", weighted={"weight": 1})`."""
    return {"set_identifier": identifier} | {f"{kind}_routing_policies": [value] for kind, value in policy.items()}
