"""CloudFront distributions: one configuration document that every update replaces as a whole (hazard H34)."""

from __future__ import annotations

import uuid
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_host
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import acm
from slipway.cloud.provider.rows.shared import absent, tag_list, tag_map
from slipway.cloud.provider.rows.waf import is_web_acl
from slipway.cloud.provider.rules.certificates import refuse_viewer_certificate
from slipway.cloud.provider.rules.distributions import refuse_claimed_aliases, refuse_ttl_order, refuse_web_acl
from slipway.cloud.provider.rules.in_use import distribution_configs
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties, items
from slipway.cloud.provider.waiting import until

__all__ = ["ROWS", "set_tags", "tags_of"]

_TOKEN = "aws:cloudfront/distribution:Distribution"  # noqa: S105 a type token
_DEPLOYED = "Deployed"
_LIMIT = 90  # minutes until a distribution is deployed: the official provider's
CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"  # Route 53's fixed hosted zone of every distribution's domain name

_BEHAVIOURS = ("defaultCacheBehavior", "orderedCacheBehaviors")
_DISTRIBUTION = Translation(
    member_shape("cloudfront", "CreateDistribution", "DistributionConfig"),
    {
        "orderedCacheBehaviors": "CacheBehaviors",
        "loggingConfig": "Logging",
        "origins.originId": "Id",
        "origins.customHeaders.name": "HeaderName",
        "origins.customHeaders.value": "HeaderValue",
        "originGroups.originId": "Id",
        "restrictions.geoRestriction.locations": "Items",
        "isIpv6Enabled": "IsIPV6Enabled",
        "retainOnDelete": "",
        "tags": "",
        "waitForDeployment": "",
        **{f"{behaviour}.cachedMethods": "" for behaviour in _BEHAVIOURS},
        **{f"{behaviour}.lambdaFunctionAssociations.lambdaArn": "LambdaFunctionARN" for behaviour in _BEHAVIOURS},
    },
)


def _config(properties: Properties, reference: str, failures: list[Failure] | None = None) -> dict[str, Any]:
    """The whole DistributionConfig: what the program wrote, and what the official provider adds."""
    config = _DISTRIBUTION.to_aws(properties, failures)
    config["CallerReference"] = reference
    config.setdefault("Comment", "")
    config.setdefault("IsIPV6Enabled", False)
    config.setdefault("HttpVersion", "http2")
    config.setdefault("PriceClass", "PriceClass_All")
    for behaviour in _behaviours(config):
        _complete_behaviour(behaviour)
    for behaviour, written in zip(_behaviours(config), _written_behaviours(properties), strict=False):
        cached = items(written, "cachedMethods")
        behaviour["AllowedMethods"]["CachedMethods"] = {"Quantity": len(cached), "Items": cached}
    for origin in config.get("Origins", {}).get("Items", []):
        # The API wants one kind of origin; an access control stands beside an empty S3 configuration.
        if not {"CustomOriginConfig", "VpcOriginConfig"} & set(origin):
            origin.setdefault("S3OriginConfig", {"OriginAccessIdentity": ""})
    if "Logging" in config:
        config["Logging"] = {"Enabled": True, "IncludeCookies": False, "Prefix": "", **config["Logging"]}
    return config


def _complete_behaviour(behaviour: dict[str, Any]) -> None:
    behaviour.setdefault("Compress", False)
    behaviour.setdefault("AllowedMethods", {"Quantity": 0, "Items": []})
    if "CachePolicyId" not in behaviour:
        behaviour.setdefault("MinTTL", 0)
        behaviour.setdefault("ForwardedValues", {"QueryString": False, "Cookies": {"Forward": "none"}})
    for association in behaviour.get("LambdaFunctionAssociations", {}).get("Items", []):
        association.setdefault("IncludeBody", False)


def _behaviours(config: dict[str, Any]) -> list[dict[str, Any]]:
    default = config.get("DefaultCacheBehavior")
    return [*([default] if default else []), *config.get("CacheBehaviors", {}).get("Items", [])]


def _written_behaviours(properties: Properties) -> list[dict[str, Any]]:
    default = properties.get("defaultCacheBehavior")
    return [item for item in (default, *items(properties, "orderedCacheBehaviors")) if isinstance(item, dict)]


def _validate(properties: Properties, failures: list[Failure]) -> None:
    _config(properties, "check", failures)
    certificate = properties.get("viewerCertificate")
    if isinstance(certificate, dict):
        kinds = ("acmCertificateArn", "iamCertificateId", "cloudfrontDefaultCertificate")
        if sum(certificate.get(kind) not in (None, False) for kind in kinds) != 1:
            failures.append(Failure("viewerCertificate", f"needs exactly one of {', '.join(kinds)}"))
    ids = {origin.get("originId") for part in ("origins", "originGroups") for origin in items(properties, part)}
    open_ended = UNKNOWN in ids or UNKNOWN in (properties.get("origins"), properties.get("originGroups"))
    for behaviour in _written_behaviours(properties):
        target = behaviour.get("targetOriginId")
        if target not in ids and not open_ended and target is not UNKNOWN:
            path = (
                f"orderedCacheBehaviors ({behaviour['pathPattern']})" if "pathPattern" in behaviour else _BEHAVIOURS[0]
            )
            failures.append(Failure(f"{path}.targetOriginId", f"{target!r} is none of the origins"))


def _refuse(op: Operation, config: dict[str, Any], operation: str) -> None:
    """CloudFront's own rules, in the order it answers them."""
    for behaviour in _behaviours(config):
        path = behaviour.get("PathPattern", "default behaviour")
        low, usual, high = (behaviour.get(name) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
        refuse_ttl_order(path, low, usual, high, operation)
    aliases = config.get("Aliases", {}).get("Items", [])
    viewer = config.get("ViewerCertificate", {})
    if not viewer.get("IAMCertificateId"):
        arn = viewer.get("ACMCertificateArn", "")
        certificate = acm.describe(op.cloud, arn) if arn else None
        status = certificate["Status"] if certificate else ""
        refuse_viewer_certificate(aliases, arn, certificate, status, operation)
    firewall = config.get("WebACLId", "")
    refuse_web_acl(firewall, is_web_acl(op.cloud, firewall), operation)
    refuse_claimed_aliases(op.id, aliases, distribution_configs(op.cloud), operation)


def _create(op: Operation) -> str:
    config = _config(op.new, uuid.uuid4().hex)
    with op.cloud.lock("distributions"):
        _refuse(op, config, "CreateDistribution")
        answer = op.cloud.client("cloudfront").create_distribution_with_tags(
            DistributionConfigWithTags={"DistributionConfig": config, "Tags": {"Items": tag_list(op.tags)}}
        )
    op.ids.append(answer["Distribution"]["Id"])
    _await_deployment(op, answer["Distribution"])
    return op.ids[0]


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("NoSuchDistribution"):
        answer = cloud.client("cloudfront").get_distribution(Id=resource_id)
        distribution = answer["Distribution"]
        config = distribution["DistributionConfig"]
        return {
            **_seen_config(config),
            "arn": distribution["ARN"],
            "callerReference": config["CallerReference"],
            "domainName": distribution["DomainName"],
            "etag": answer["ETag"],
            "hostedZoneId": CLOUDFRONT_ZONE,
            "inProgressValidationBatches": distribution.get("InProgressInvalidationBatches", 0),
            "lastModifiedTime": distribution["LastModifiedTime"].isoformat(),
            "loggingV1Enabled": bool(config.get("Logging", {}).get("Enabled")),
            "status": distribution["Status"],
            "tags": tags_of(cloud, distribution["ARN"]),
        }
    return None


def _seen_config(config: dict[str, Any]) -> Properties:
    properties = _DISTRIBUTION.from_aws(config, input_shape(_TOKEN))
    for written, behaviour in zip(_written_behaviours(properties), _behaviours(config), strict=True):
        written["cachedMethods"] = behaviour["AllowedMethods"].get("CachedMethods", {}).get("Items", [])
        if "CachePolicyId" in behaviour:  # MiniStack fills in the legacy settings, which AWS leaves out
            for legacy in ("forwardedValues", "minTtl", "defaultTtl", "maxTtl"):
                written.pop(legacy, None)
    for origin in properties.get("origins", []):
        if not origin.get("s3OriginConfig", {}).get("originAccessIdentity"):
            origin.pop("s3OriginConfig", None)
    if not config.get("Logging", {}).get("Enabled"):
        properties.pop("loggingConfig", None)
    properties.setdefault("restrictions", {"geoRestriction": {"restrictionType": "none"}})
    return properties


def _update(op: Operation) -> None:
    client = op.cloud.client("cloudfront")
    with op.cloud.lock("distributions"):
        answer = client.get_distribution_config(Id=op.id)
        config = _config(op.new, answer["DistributionConfig"]["CallerReference"])
        _refuse(op, config, "UpdateDistribution")
        answer = client.update_distribution(Id=op.id, IfMatch=answer["ETag"], DistributionConfig=config)
    _await_deployment(op, answer["Distribution"])
    set_tags(op, op.old["arn"])


def _delete(op: Operation) -> None:
    """Disable, wait until that has spread, delete; with retainOnDelete all but the last, so that its names go dark all
    the same (hazard H33)."""
    client = op.cloud.client("cloudfront")
    with absent("NoSuchDistribution"):
        with op.cloud.lock("distributions"):
            answer = client.get_distribution(Id=op.id)
            config = answer["Distribution"]["DistributionConfig"]
            if config["Enabled"]:
                config["Enabled"] = False
                answer = client.update_distribution(Id=op.id, IfMatch=answer["ETag"], DistributionConfig=config)
        _deployed(op.cloud, answer["Distribution"], "DeleteDistribution")
        if not op.old.get("retainOnDelete"):
            with op.cloud.lock("distributions"):
                etag = client.get_distribution_config(Id=op.id)["ETag"]
                client.delete_distribution(Id=op.id, IfMatch=etag)


def _await_deployment(op: Operation, distribution: dict[str, Any]) -> None:
    if op.new.get("waitForDeployment") is not False:
        _deployed(op.cloud, distribution, "GetDistribution")


def _deployed(cloud: Cloud, distribution: dict[str, Any], operation: str) -> None:
    """Wait until every edge location has the configuration."""
    client, identity = cloud.client("cloudfront"), distribution["Id"]
    if distribution["Status"] == _DEPLOYED:
        return
    if not until(cloud, lambda: client.get_distribution(Id=identity)["Distribution"]["Status"] == _DEPLOYED, _LIMIT):
        raise refusal("RequestTimeout", f"{identity} is still in progress after {_LIMIT} minutes", operation)


def tags_of(cloud: Cloud, arn: str) -> dict[str, str]:
    """The tags of a CloudFront resource."""
    return tag_map(cloud.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"].get("Items", []))


def set_tags(op: Operation, arn: str) -> None:
    """Make the tags of a CloudFront resource those of the operation."""
    client, current = op.cloud.client("cloudfront"), tags_of(op.cloud, arn)
    gone = sorted(set(current) - set(op.tags))
    if gone:
        client.untag_resource(Resource=arn, TagKeys={"Items": gone})
    if op.tags and op.tags != current:
        client.tag_resource(Resource=arn, Tags={"Items": tag_list(op.tags)})


_METHODS = ("allowedMethods", "cachedMethods", "trustedKeyGroups", "trustedSigners", "functionAssociations")
_FORWARDED = ("headers", "queryStringCacheKeys", "cookies.whitelistedNames")

ROWS = (
    ResourceType(
        _TOKEN,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        sets=frozenset(
            {
                "aliases",
                "origins",
                "originGroups",
                "originGroups.failoverCriteria.statusCodes",
                "origins.customHeaders",
                "origins.customOriginConfig.originSslProtocols",
                "customErrorResponses",
                "restrictions.geoRestriction.locations",
                *(f"{behaviour}.{name}" for behaviour in _BEHAVIOURS for name in _METHODS),
                *(f"{behaviour}.lambdaFunctionAssociations" for behaviour in _BEHAVIOURS),
                *(f"{behaviour}.forwardedValues.{name}" for behaviour in _BEHAVIOURS for name in _FORWARDED),
            }
        ),
        local=frozenset({"retainOnDelete", "waitForDeployment"}),
        elsewhere=frozenset({"continuousDeploymentPolicyId"}),
        volatile=frozenset({"etag", "lastModifiedTime", "status", "inProgressValidationBatches"}),
        same={"aliases": lambda old, new, inputs: _hosts(old) == _hosts(new), "loggingConfig.bucket": same_host},
    ),
)


def _hosts(names: Any) -> object:
    if not isinstance(names, list) or UNKNOWN in names:
        return object()
    return {str(name).lower() for name in names}
