"""The settings whose inputs and S3 structures differ in more than names: both directions of each.

An `encode_` turns inputs into what S3's structure calls them, a `decode_` turns S3's answer into inputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = [
    "acl_failures",
    "decode_acl",
    "decode_lifecycle",
    "decode_notification",
    "decode_versioning",
    "decode_website",
    "encode_inventory",
    "encode_notification",
    "encode_public_access",
    "encode_website",
    "versioning_failures",
    "website_failures",
]

# -- access control lists --------------------------------------------------------------------------------------------

_GROUPS = "http://acs.amazonaws.com/groups"
# What each canned ACL grants beside the owner's FULL_CONTROL: S3 User Guide, Access control list overview.
_CANNED = {
    "private": set[tuple[str, str]](),
    "public-read": {("global/AllUsers", "READ")},
    "public-read-write": {("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")},
    "authenticated-read": {("global/AuthenticatedUsers", "READ")},
    "log-delivery-write": {("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")},
}


def acl_failures(properties: Properties) -> Iterable[Failure]:
    """Exactly one of a canned ACL and a list of grants, and a canned ACL that buckets have."""
    acl = properties.get("acl")
    if (acl is None) == (properties.get("accessControlPolicy") is None):
        yield Failure("acl", "exactly one of acl and accessControlPolicy is set")
    if acl not in (None, UNKNOWN) and acl not in _CANNED:
        yield Failure("acl", f"{acl!r} is not one of {', '.join(_CANNED)}")


def decode_acl(answer: Mapping[str, Any], hint: Properties) -> Properties:
    """The canned ACL if one was written and still stands; else the grants themselves."""
    canned = _canned(answer)
    if hint.get("acl") and canned:
        return {"acl": canned}
    wanted = input_shape("aws:s3/bucketAcl:BucketAcl").properties["accessControlPolicy"]
    policy = Translation(member_shape("s3", "PutBucketAcl", "AccessControlPolicy")).from_aws(answer, wanted)
    return {"accessControlPolicy": policy}


def _canned(answer: Mapping[str, Any]) -> str:
    owner = answer["Owner"]["ID"]
    grants = answer.get("Grants", [])
    mine = [grant for grant in grants if grant["Grantee"].get("ID") == owner]
    others = {
        (str(grant["Grantee"].get("URI", grant["Grantee"].get("ID"))).removeprefix(f"{_GROUPS}/"), grant["Permission"])
        for grant in grants
        if grant not in mine
    }
    if [grant["Permission"] for grant in mine] != ["FULL_CONTROL"]:
        return ""
    return next((name for name, granted in _CANNED.items() if granted == others), "")


# -- versioning, lifecycle, public access, inventory -----------------------------------------------------------------


def versioning_failures(properties: Properties) -> Iterable[Failure]:
    """The three states the official provider has, and no MFA delete."""
    configuration = properties.get("versioningConfiguration")
    if not isinstance(configuration, Mapping):
        return
    status = configuration.get("status")
    if status is not UNKNOWN and status not in ("Enabled", "Suspended", "Disabled"):
        yield Failure("versioningConfiguration.status", f"{status!r} is not one of Enabled, Suspended, Disabled")
    if configuration.get("mfaDelete") == "Enabled":
        why = "takes the root user's MFA device, which the local cloud does not have; leave it out or say 'Disabled'"
        yield Failure("versioningConfiguration.mfaDelete", why)


def decode_versioning(answer: Mapping[str, Any], hint: Properties) -> Properties:
    """A bucket that never had versioning answers nothing; the official provider calls that Disabled."""
    return {"versioningConfiguration": {"status": answer.get("Status", "Disabled")}}


def decode_lifecycle(answer: Mapping[str, Any], hint: Properties) -> Properties:
    """MiniStack keeps the rules, not the minimum size, so that is what was recorded. An empty filter stays a filter."""
    wanted = input_shape("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    shape = member_shape("s3", "PutBucketLifecycleConfiguration", "LifecycleConfiguration")
    rules = Translation(shape, {"transitionDefaultMinimumObjectSize": ""}).from_aws(answer, wanted).get("rules", [])
    size = hint.get("transitionDefaultMinimumObjectSize") or "all_storage_classes_128K"
    return {"rules": [{"filter": {}, **rule} for rule in rules], "transitionDefaultMinimumObjectSize": size}


def encode_public_access(properties: Properties) -> Properties:
    """All four settings are always sent; what the program leaves out is off."""
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return {**dict.fromkeys(names, False), **properties}


def encode_inventory(properties: Properties) -> Properties:
    """An inventory is on unless the program says otherwise."""
    return {"enabled": True, **properties}


# -- notifications ---------------------------------------------------------------------------------------------------

_TARGETS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}


def encode_notification(properties: Properties) -> Properties:
    """Prefix and suffix become filter rules; EventBridge is on by being there."""
    encoded = {name: value for name, value in properties.items() if name not in (*_TARGETS, "eventbridge")}
    if properties.get("eventbridge") in (True, "true"):
        encoded["eventBridgeConfiguration"] = {}
    for name in _TARGETS:
        targets = properties.get(name)
        known = targets if isinstance(targets, list) else []
        encoded[name] = [_with_filter(target) for target in known if isinstance(target, Mapping)]
    return {name: value for name, value in encoded.items() if value != []}


def _with_filter(target: Mapping[str, Any]) -> Properties:
    given = {"prefix": target.get("filterPrefix"), "suffix": target.get("filterSuffix")}
    rules = [{"name": name, "value": text} for name, text in given.items() if text]
    rest = {name: value for name, value in target.items() if name not in ("filterPrefix", "filterSuffix")}
    return {**rest, "filter": {"key": {"filterRules": rules}}} if rules else rest


def decode_notification(answer: Mapping[str, Any], hint: Properties) -> Properties:
    """Every target as the program writes it, even when nothing is configured."""
    found: Properties = {"eventbridge": "EventBridgeConfiguration" in answer}
    for name, (member, arn, arn_member) in _TARGETS.items():
        found[name] = [_without_filter(item, arn, arn_member) for item in answer.get(member, [])]
    return found


def _without_filter(item: Mapping[str, Any], arn: str, member: str) -> Properties:
    rules = item.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    texts = {rule["Name"].lower(): rule["Value"] for rule in rules}
    target = {arn: item[member], "events": item["Events"], "id": item.get("Id")}
    return {**target, "filterPrefix": texts.get("prefix"), "filterSuffix": texts.get("suffix")}


# -- websites --------------------------------------------------------------------------------------------------------


def website_failures(properties: Properties) -> Iterable[Failure]:
    """An index document or a redirect, and routing rules that are JSON."""
    if (properties.get("indexDocument") is None) == (properties.get("redirectAllRequestsTo") is None):
        yield Failure("indexDocument", "exactly one of indexDocument and redirectAllRequestsTo is set")
    rules = properties.get("routingRules")
    if isinstance(rules, str):
        try:
            json.loads(rules)
        except ValueError:
            yield Failure("routingRules", "is no JSON document")


def encode_website(properties: Properties) -> Properties:
    """Names of documents, one URL and a JSON text become structures."""
    encoded: Properties = {}
    for name, member in (("indexDocument", "suffix"), ("errorDocument", "key")):
        if properties.get(name):
            encoded[name] = {member: properties[name]}
    if properties.get("redirectAllRequestsTo"):
        scheme, _, host = str(properties["redirectAllRequestsTo"]).rpartition("://")
        encoded["redirectAllRequestsTo"] = {"hostName": host, **({"protocol": scheme} if scheme else {})}
    if isinstance(properties.get("routingRules"), str):
        encoded["routingRules"] = json.loads(properties["routingRules"])
    return encoded


def decode_website(answer: Mapping[str, Any], hint: Properties) -> Properties:
    """Back to names, one URL and a JSON text."""
    found = {
        "indexDocument": answer.get("IndexDocument", {}).get("Suffix"),
        "errorDocument": answer.get("ErrorDocument", {}).get("Key"),
        "routingRules": json.dumps(answer["RoutingRules"]) if answer.get("RoutingRules") else None,
        "redirectAllRequestsTo": _url(answer.get("RedirectAllRequestsTo")),
    }
    return {name: value for name, value in found.items() if value is not None}


def _url(redirect: Mapping[str, str] | None) -> str | None:
    if redirect is None:
        return None
    scheme = f"{redirect['Protocol']}://" if redirect.get("Protocol") else ""
    return f"{scheme}{redirect['HostName']}"
