"""A distribution's configuration in CloudFront, with the changes that a preview makes to the program's inputs. Pure.

Only what continuous deployment takes is translated (CloudFront Developer Guide, "Update primary and staging
distributions"). The names and forms are botocore's model of the API; a table has those that are no mere spelling. What
stands is changed at the places that differ and nowhere else, so that what AWS filled in stays. Whether the translation
is right shows in the old inputs: translated, they must be what stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import botocore.session

from slipway.moves.refused import Refused

__all__ = ["Config", "Inputs", "changed", "contradiction", "digest", "holds", "translated", "with_changes"]

Config: TypeAlias = dict[str, Any]
"""A DistributionConfig as boto3 has it."""
Inputs: TypeAlias = Mapping[str, Any]
"""A Distribution's inputs as the engine has them."""

_TRIED = {
    "comment": "Comment",
    "customErrorResponses": "CustomErrorResponses",
    "defaultCacheBehavior": "DefaultCacheBehavior",
    "defaultRootObject": "DefaultRootObject",
    "loggingConfig": "Logging",
    "orderedCacheBehaviors": "CacheBehaviors",
    "originGroups": "OriginGroups",
    "origins": "Origins",
    "restrictions": "Restrictions",
}
_RENAMED = {
    ("Origin", "originId"): "Id",
    ("OriginGroup", "originId"): "Id",
    ("OriginCustomHeader", "name"): "HeaderName",
    ("OriginCustomHeader", "value"): "HeaderValue",
    ("GeoRestriction", "locations"): "Items",
    ("LambdaFunctionAssociation", "lambdaArn"): "LambdaFunctionARN",
}
_KEYS = ("Id", "PathPattern", "ErrorCode", "HeaderName", "EventType", "OriginId", "AwsAccountNumber")
_LEGACY = ("MinTTL", "DefaultTTL", "MaxTTL", "ForwardedValues")  # not sent where there is a cache policy
_NO_LOGS = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
_ORIGINS = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")  # an origin has one of them


def changed(old: Inputs, new: Inputs) -> tuple[str, ...]:
    """The settings that differ. Refused if one does that continuous deployment does not take, or none."""
    names = sorted(
        name for name in {*old, *new} if _cleaned(old.get(name)) != _cleaned(new.get(name)) and name != "__defaults"
    )
    for inputs in (old, new):
        if inputs.get("continuousDeploymentPolicyId") or inputs.get("staging"):
            raise Refused(
                "the program has continuous deployment of its own for this distribution",
                "What it declares, `pulumi up` changes; this is for distributions without.",
            )
    if other := [name for name in names if name not in _TRIED]:
        raise Refused(
            f"the plan also changes {', '.join(other)}, which continuous deployment does not take",
            f"It takes {', '.join(_TRIED)}. Apply the rest first: `slipway split` cuts the diff.",
        )
    if not names:
        raise Refused("the plan changes nothing of this distribution", "Leave the change in the program, unapplied.")
    if patterns := sorted(_patterns(new) - _patterns(old)):
        raise Refused(
            f"the path pattern {patterns[0]} is new: requests for it may fail while the primary lacks it",
            "Apply a behaviour for it first that does what the default one does.",
        )
    return tuple(names)


def with_changes(live: Config, old: Inputs, new: Inputs) -> Config:
    """What stands, with the inputs' changes. Refused unless it stands as the old inputs say."""
    if path := contradiction(old, live):
        raise Refused(
            f"{path} of the distribution is not as the stack's state has it",
            "Somebody changed it by hand: `pulumi refresh`, and see what differs.",
        )
    after: Config = _laid_over(live, translated(old), translated(new))
    return after


def contradiction(inputs: Inputs, live: Config) -> str:
    """Where a configuration is other than these inputs say; nothing if it is as they say."""
    said = translated(inputs)
    for member in _TRIED.values():
        if member not in said and _something(live.get(member)) and member != "Restrictions":
            return member
    return next(_contradictions(said, live, ""), "")


def holds(live: Config, old: Inputs, new: Inputs) -> bool:
    """Whether the change from the old to the new inputs has been made to a configuration already."""
    after = _laid_over(live, translated(old), translated(new))
    return not any((*_contradictions(after, live, ""), *_contradictions(live, after, "")))


def digest(inputs: Inputs) -> str:
    """Of what continuous deployment takes of the inputs: the same for the same settings."""
    tried = {name: _cleaned(inputs[name]) for name in _TRIED if name in inputs}
    return "sha256:" + hashlib.sha256(json.dumps(tried, sort_keys=True).encode()).hexdigest()


def translated(inputs: Inputs) -> Config:
    """The members of the configuration that these inputs say."""
    shapes = _shape("DistributionConfig").members
    said = {member: inputs.get(name) for name, member in _TRIED.items()}
    return {
        member: _value(_cleaned(value), shapes[member]) for member, value in said.items() if value not in (None, "", [])
    }


# -- inputs to configuration ------------------------------------------------------------------------------------------


def _value(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure":
        return _structure({"items": value} if isinstance(value, list) else value, shape)
    if shape.type_name == "list":
        return [_value(each, shape.member) for each in value]
    if shape.type_name == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return {"integer": int, "long": int, "float": float, "double": float}.get(shape.type_name, str)(value)


def _structure(value: Inputs, shape: Any) -> Config:
    known = dict(value)
    cached = known.pop("cachedMethods", None)
    result: Config = {}
    for name, inner in known.items():
        member = _member(shape, name)
        if inner is not None:
            result[member] = _value(inner, shape.members[member])
    if cached is not None:
        result["AllowedMethods"]["CachedMethods"] = _value(
            cached, shape.members["AllowedMethods"].members["CachedMethods"]
        )
    if "Quantity" in shape.members:
        result["Quantity"] = len(result.setdefault("Items", []))
    if shape.name == "LoggingConfig":
        return {**_NO_LOGS, **result, "Enabled": True}
    if {"Enabled", "Quantity"} <= shape.members.keys():
        result["Enabled"] = bool(result["Quantity"])
    if result.get("CachePolicyId"):
        result = {member: inner for member, inner in result.items() if member not in _LEGACY}
    return result


def _member(shape: Any, name: str) -> str:
    renamed = _RENAMED.get((shape.name, name))
    if renamed:
        return renamed
    wanted = name.lower()
    for spelling in (wanted, f"{wanted}s", wanted.removesuffix("s")):
        for member in shape.members:
            if member.lower() == spelling:
                return str(member)
    raise Refused(f"nothing is known here of {name} of a distribution", "`pulumi up` applies it.")


@cache
def _shape(name: str) -> Any:
    """Of CloudFront's API, from the model that boto3 brings along."""
    return botocore.session.get_session().get_service_model("cloudfront").shape_for(name)


def _cleaned(value: Any) -> Any:
    """Without what the engine's providers note for themselves."""
    if isinstance(value, Mapping):
        return {name: _cleaned(inner) for name, inner in value.items() if not name.startswith("__")}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value


def _patterns(inputs: Inputs) -> set[str]:
    return {str(each.get("pathPattern")) for each in inputs.get("orderedCacheBehaviors") or ()}


# -- configurations ---------------------------------------------------------------------------------------------------


def _laid_over(live: Any, old: Any, new: Any) -> Any:
    """`live`, but as `new` says where that says something, and without what `old` says alone."""
    if old == new and live is not None:
        return live
    if not isinstance(new, dict):
        return new
    live, old = (each if isinstance(each, dict) else {} for each in (live, old))
    gone = {name: _emptied(live[name]) for name in old.keys() - new.keys() if name in live}
    result = {**live, **{name: each for name, each in gone.items() if each is not None}}
    result = {name: each for name, each in result.items() if gone.get(name, each) is not None}
    for name, each in new.items():
        items = name == "Items" and each and isinstance(each[0], dict)
        if items:
            result[name] = [_laid_over(_like(one, live), _like(one, old), one) for one in each]
        else:
            result[name] = _laid_over(live.get(name), old.get(name), each)
    if {"Id", "DomainName"} <= new.keys():
        return _origin(result, new)
    return result


def _origin(result: Config, new: Config) -> Config:
    """An origin of one kind, with what an update wants of every origin."""
    kind = next((each for each in _ORIGINS if each in new), "S3OriginConfig")
    rest = {name: each for name, each in result.items() if name not in _ORIGINS}
    chosen = result.get(kind, {"OriginAccessIdentity": ""})
    return {"OriginPath": "", "CustomHeaders": {"Quantity": 0}, **rest, kind: chosen}


def _emptied(value: Any) -> Any:
    """What says that a member is no longer there; None if leaving it out does."""
    if isinstance(value, dict) and "Quantity" in value:
        return {"Quantity": 0, **({"Enabled": False} if "Enabled" in value else {})}
    if isinstance(value, dict) and "IncludeCookies" in value:
        return dict(_NO_LOGS)
    return "" if isinstance(value, str) else None


def _like(item: Mapping[str, Any], within: Mapping[str, Any]) -> Any:
    """The item of a structure that is the same thing as this one."""
    key = _key(item)
    return next((each for each in within.get("Items", ()) if _key(each) == key), None)


def _key(item: Mapping[str, Any]) -> tuple[str, str] | None:
    name = next((each for each in _KEYS if each in item), None)
    return (name, str(item[name])) if name else None


def _contradictions(said: Any, live: Any, path: str) -> Iterator[str]:
    if isinstance(said, dict):
        found = live if isinstance(live, dict) else {}
        items = said.get("Items")
        if items and isinstance(items[0], dict):
            if sorted(map(str, map(_key, items))) != sorted(map(str, map(_key, found.get("Items", ())))):
                yield path
                return
            for each in items:
                yield from _contradictions(each, _like(each, found), f"{path} {(_key(each) or ('', ''))[1]}".strip())
            said = {name: each for name, each in said.items() if name != "Items"}
        for name, each in said.items():
            yield from _contradictions(each, found.get(name), f"{path}.{name}" if path else name)
    elif isinstance(said, list):
        if sorted(map(str, said)) != sorted(map(str, live or ())):
            yield path
    elif (said or live) and said != live:
        yield path


def _something(value: Any) -> bool:
    """Whether a member is there that may be left out."""
    if isinstance(value, dict):
        return bool(value.get("Quantity") or value.get("Enabled"))
    return bool(value)
