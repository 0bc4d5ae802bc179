"""The data sources a CDN program asks: one function each, listed in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from botocore import xform_name

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.policy_document import policy_document
from slipway.cloud.provider.rows import acm
from slipway.cloud.provider.rows.route53_records import zones
from slipway.cloud.provider.rules.record_sets import host
from slipway.cloud.provider.table import lookup
from slipway.cloud.provider.values import Properties
from slipway.errors import BadInput, CloudError

__all__ = ["invoke"]

Answer: TypeAlias = Callable[[Cloud, Properties], Properties]
_LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"  # AWS's own, documented as fixed


def invoke(cloud: Cloud, token: str, arguments: Properties) -> Properties:
    """The data source's result; CloudError for one the local cloud does not answer."""
    if token not in _TABLE:
        raise CloudError(f"the local cloud does not answer data source {token}")
    return _TABLE[token](cloud.within(arguments.get("region")), arguments)


def _caller(cloud: Cloud, arguments: Properties) -> Properties:
    who = cloud.client("sts").get_caller_identity()
    return {"accountId": who["Account"], "arn": who["Arn"], "id": who["Account"], "userId": who["UserId"]}


def _region(cloud: Cloud, arguments: Properties) -> Properties:
    name = arguments.get("name") or cloud.region
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com"}


def _partition(cloud: Cloud, arguments: Properties) -> Properties:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _policy(cloud: Cloud, arguments: Properties) -> Properties:
    return policy_document(arguments)


def _zone(cloud: Cloud, arguments: Properties) -> Properties:
    wanted_id, name, private = arguments.get("zoneId"), arguments.get("name"), bool(arguments.get("privateZone"))
    found = [
        zone["Id"].rsplit("/", 1)[-1]
        for zone in zones(cloud)
        if (zone["Id"].endswith(f"/{wanted_id}") if wanted_id else host(zone["Name"]) == host(str(name)))
        and bool(zone["Config"].get("PrivateZone")) == private
    ]
    if len(found) != 1:
        raise BadInput(f"{len(found)} hosted zones match {wanted_id or name!r}; exactly one must")
    return {**_state(cloud, "aws:route53/zone:Zone", found[0]), "privateZone": private}


def _bucket(cloud: Cloud, arguments: Properties) -> Properties:
    return _state(cloud, "aws:s3/bucket:Bucket", arguments["bucket"])


def _canonical_user(cloud: Cloud, arguments: Properties) -> Properties:
    owner = cloud.client("s3").list_buckets()["Owner"]
    return {"id": owner["ID"], "displayName": owner.get("DisplayName", "")}


def _log_delivery(cloud: Cloud, arguments: Properties) -> Properties:
    return {"id": _LOG_DELIVERY}


def _distribution(cloud: Cloud, arguments: Properties) -> Properties:
    return _state(cloud, "aws:cloudfront/distribution:Distribution", arguments["id"])


def _certificate(cloud: Cloud, arguments: Properties) -> Properties:
    """The newest certificate for a domain name with one of the wanted statuses (ISSUED unless said otherwise)."""
    statuses = arguments.get("statuses") or ["ISSUED"]
    found = []
    for page in cloud.client("acm").get_paginator("list_certificates").paginate():
        for item in page["CertificateSummaryList"]:
            certificate = acm.describe(cloud, item["CertificateArn"])
            same = certificate and host(certificate["DomainName"]) == host(str(arguments.get("domain", "")))
            if certificate and same and certificate["Status"] in statuses:
                found.append(certificate)
    if not found or (len(found) > 1 and not arguments.get("mostRecent")):
        raise BadInput(f"{len(found)} certificates match {arguments.get('domain')!r}; exactly one must, or mostRecent")
    newest = max(found, key=lambda certificate: certificate["CreatedAt"])
    return _state(cloud, "aws:acm/certificate:Certificate", newest["CertificateArn"])


def _named_policy(kind: str, items: str, token: str) -> Answer:
    """A data source of one CloudFront policy, by id or by name; AWS's managed ones included."""

    def answer(cloud: Cloud, arguments: Properties) -> Properties:
        wanted = arguments.get("id")
        listed = getattr(cloud.client("cloudfront"), xform_name(f"List{items}"))()[f"{kind}List"].get("Items", [])
        for item in listed:
            policy = item[kind]
            if wanted == policy["Id"] or (not wanted and policy[f"{kind}Config"]["Name"] == arguments.get("name")):
                return _state(cloud, token, policy["Id"])
        raise BadInput(f"no {kind} named {arguments.get('name') or wanted!r}")

    return answer


def _state(cloud: Cloud, token: str, resource_id: str) -> Properties:
    state = lookup(token).read(cloud, resource_id, {})
    if state is None:
        raise BadInput(f"there is no {token} with id {resource_id!r}")
    return {**state, "id": resource_id}


def _cloudfront_policy(kind: str, items: str) -> tuple[str, Answer]:
    lower = kind[0].lower() + kind[1:]
    token = f"aws:cloudfront/{lower}:{kind}"
    return f"aws:cloudfront/get{kind}:get{kind}", _named_policy(kind, items, token)


_TABLE: dict[str, Answer] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy,
    "aws:route53/getZone:getZone": _zone,
    "aws:s3/getBucket:getBucket": _bucket,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": _canonical_user,
    "aws:cloudfront/getLogDeliveryCanonicalUserId:getLogDeliveryCanonicalUserId": _log_delivery,
    "aws:cloudfront/getDistribution:getDistribution": _distribution,
    "aws:acm/getCertificate:getCertificate": _certificate,
    **dict(
        (
            _cloudfront_policy("CachePolicy", "CachePolicies"),
            _cloudfront_policy("OriginRequestPolicy", "OriginRequestPolicies"),
            _cloudfront_policy("ResponseHeadersPolicy", "ResponseHeadersPolicies"),
        )
    ),
}
