"""WAFv2: web ACLs. An update replaces the whole under a lock token; the id is the one AWS gave.

MiniStack keeps the actions and the rules and forgets the rest; `kept` remembers that for the lock token it belongs to.
It counts no capacity units: every web ACL says 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rows.shared import absent, limits, physical_name, sync_tags, tag_list, tag_map
from slipway.cloud.provider.rules.in_use import refuse_in_use
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.rules.web_acls import web_acl_failures
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties, items

__all__ = ["ROWS", "is_web_acl"]

_TOKEN = "aws:wafv2/webAcl:WebAcl"  # noqa: S105 a type token
_GONE = "WAFNonexistentItemException"
_KEPT = "WebACL"
_FORGOTTEN = (
    "AssociationConfig",
    "CaptchaConfig",
    "ChallengeConfig",
    "CustomResponseBodies",
    "DataProtectionConfig",
    "TokenDomains",
)


@cache
def _web_acl() -> Translation:
    local = ("associationConfig", "customResponseBodies", "namePrefix", "region", "tags")
    renames = {**dict.fromkeys(local, ""), "dataProtectionConfig.dataProtections": "DataProtections"}
    # An action is chosen by being there: `allow: {}` says as much as `block: {}`.
    return Translation(member_shape("wafv2", "CreateWebACL"), renames, empty_counts=True)


def _request(properties: Properties, failures: list[Failure] | None = None) -> dict[str, Any]:
    """The members of CreateWebACL and UpdateWebACL alike, but for the name."""
    request = _web_acl().to_aws(properties, failures)
    request.setdefault("Rules", [])
    bodies = [body for body in items(properties, "customResponseBodies") if isinstance(body, Mapping)]
    if bodies:
        request["CustomResponseBodies"] = {
            body["key"]: {"Content": body["content"], "ContentType": body["contentType"]}
            for body in bodies
            if UNKNOWN not in body.values()
        }
    return request


def _validate(properties: Properties, failures: list[Failure]) -> None:
    if properties.get("ruleJson") is not None:
        failures.append(Failure("ruleJson", "is not served by the local cloud; use rules"))
    if properties.get("associationConfig") is not None:
        failures.append(Failure("associationConfig", "is not served by the local cloud; leave it out"))
    if failures:
        return
    limits(_web_acl)(properties, failures)
    failures.extend(web_acl_failures(properties))


def _refuse_scope(cloud: Cloud, scope: str, operation: str) -> None:
    if scope == "CLOUDFRONT" and cloud.region != "us-east-1":
        message = "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT"
        raise refusal("WAFInvalidParameterException", message, operation)


def _create(op: Operation) -> str:
    _refuse_scope(op.cloud, op.new["scope"], "CreateWebACL")
    request = {**_request(op.new), "Name": physical_name(op)}
    tags = {"Tags": tag_list(op.tags)} if op.tags else {}
    summary = op.cloud.client("wafv2").create_web_acl(**request, **tags)["Summary"]
    _remember(op.cloud, summary["Id"], summary["LockToken"], request)
    return str(summary["Id"])


def _remember(cloud: Cloud, resource_id: str, token: str, request: dict[str, Any]) -> None:
    kept.remember(cloud, _KEPT, resource_id, token, {name: request[name] for name in _FORGOTTEN if name in request})


def _find(cloud: Cloud, resource_id: str) -> dict[str, Any] | None:
    """GetWebACL's answer with the scope, by id alone or by `id/name/scope`, as the official provider imports."""
    client, wanted = cloud.client("wafv2"), resource_id.partition("/")[0]
    for scope in ("CLOUDFRONT", "REGIONAL") if cloud.region == "us-east-1" else ("REGIONAL",):
        for summary in client.list_web_acls(Scope=scope)["WebACLs"]:
            if summary["Id"] == wanted:
                with absent(_GONE):
                    answer: dict[str, Any] = client.get_web_acl(Name=summary["Name"], Scope=scope, Id=wanted)
                    return {**answer, "Scope": scope}
    return None


def is_web_acl(cloud: Cloud, arn: str) -> bool:
    """Whether a web ACL has this ARN, in the region that the ARN names."""
    if not arn.startswith("arn:"):
        return False
    found = _find(cloud.within(arn.split(":")[3]), arn.rpartition("/")[2])
    return found is not None and found["WebACL"]["ARN"] == arn


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    found = _find(cloud, resource_id)
    if found is None:
        kept.forget(cloud, _KEPT, resource_id.partition("/")[0])
        return None
    acl, token = found["WebACL"], found["LockToken"]
    members = {**acl, **kept.recall(cloud, _KEPT, acl["Id"], token), "Scope": found["Scope"]}
    tags = cloud.client("wafv2").list_tags_for_resource(ResourceARN=acl["ARN"])["TagInfoForResource"]["TagList"]
    properties = {
        **_web_acl().from_aws(members, input_shape(_TOKEN)),
        "applicationIntegrationUrl": "",
        "arn": acl["ARN"],
        "capacity": acl.get("Capacity", 0),
        "lockToken": token,
        "tags": tag_map(tags),
    }
    bodies = members.get("CustomResponseBodies", {}).items()
    if bodies:
        properties["customResponseBodies"] = [
            {"key": key, "content": body["Content"], "contentType": body["ContentType"]} for key, body in bodies
        ]
    return properties


def _update(op: Operation) -> None:
    client, found = op.cloud.client("wafv2"), _find(op.cloud, op.id)
    if found is None:
        why = "AWS WAF couldn't perform the operation because your resource doesn't exist."
        raise refusal(_GONE, why, "UpdateWebACL")
    acl = found["WebACL"]
    request = {**_request(op.new), "Name": acl["Name"], "Id": acl["Id"], "LockToken": found["LockToken"]}
    token = client.update_web_acl(**request)["NextLockToken"]
    _remember(op.cloud, acl["Id"], token, request)
    sync_tags(
        tag_map(client.list_tags_for_resource(ResourceARN=acl["ARN"])["TagInfoForResource"]["TagList"]),
        op.tags,
        lambda keys: client.untag_resource(ResourceARN=acl["ARN"], TagKeys=keys),
        lambda tags: client.tag_resource(ResourceARN=acl["ARN"], Tags=tag_list(tags)),
    )


def _delete(op: Operation) -> None:
    """WAFAssociatedItemException while a distribution names it (the official provider retries for five minutes)."""
    with op.cloud.lock("distributions"):
        found = _find(op.cloud, op.id)
        if found is None:
            return
        acl = found["WebACL"]
        refuse_in_use(
            op.cloud,
            lambda name, value: name == "WebACLId" and value == acl["ARN"],
            "WAFAssociatedItemException",
            f"web ACL {acl['Name']}",
            "DeleteWebACL",
        )
        key = {"Name": acl["Name"], "Scope": found["Scope"], "Id": acl["Id"], "LockToken": found["LockToken"]}
        op.cloud.client("wafv2").delete_web_acl(**key)
        kept.forget(op.cloud, _KEPT, acl["Id"])


ROWS = (
    ResourceType(
        _TOKEN,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        sets=frozenset({"rules", "rules.ruleLabels", "customResponseBodies", "tokenDomains"}),
        local=frozenset({"namePrefix", "ruleJson", "associationConfig"}),
        volatile=frozenset({"capacity", "lockToken"}),
        empty_counts=True,
    ),
)
