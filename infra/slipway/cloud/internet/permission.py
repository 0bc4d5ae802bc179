"""Whether a bucket's policy lets CloudFront read its objects: the policy document evaluated, as IAM does it.

Sources: IAM User Guide, "Policy evaluation logic" (an explicit deny wins, nothing allows by default) and "IAM JSON
policy elements: Condition operators"; CloudFront Developer Guide, "Restrict access to an Amazon S3 origin". What is not
understood does not allow.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Request", "admits", "like"]

_ACTION = "s3:GetObject"


@dataclass(frozen=True, slots=True)
class Request:
    """Who reads: the names by which a policy may mean it (`service` or `AWS` principals), and the context's keys."""

    principals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_distribution(cls, arn: str) -> Request:
        """With an origin access control: signed by CloudFront's service, for this distribution."""
        keys = {"aws:sourcearn": arn, "aws:sourceaccount": arn.split(":")[4], "aws:securetransport": "true"}
        return cls({"Service": frozenset({"cloudfront.amazonaws.com"})}, keys)

    @classmethod
    def of_identity(cls, identity: str) -> Request:
        """With an origin access identity, `origin-access-identity/cloudfront/ID`."""
        user = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identity.rpartition('/')[2]}"
        return cls({"AWS": frozenset({user})}, {"aws:securetransport": "true"})

    @classmethod
    def anonymous(cls) -> Request:
        """Without either: whatever anyone may read."""
        return cls({}, {"aws:securetransport": "true"})


def admits(document: str, bucket: str, request: Request) -> bool:
    """Whether some object of the bucket may be read, and not all of them are denied."""
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, TypeError, KeyError):
        return False
    objects = f"arn:aws:s3:::{bucket}/"
    matching = [each for each in _listed(statements) if isinstance(each, Mapping) and _applies(each, request)]
    allowed = any(each.get("Effect") == "Allow" and _names_some(each, objects) for each in matching)
    denied = any(each.get("Effect") == "Deny" and _names_all(each, objects) for each in matching)
    return allowed and not denied


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    if {"NotPrincipal", "NotAction", "NotResource"} & statement.keys():
        return statement.get("Effect") == "Deny"
    principal = statement.get("Principal")
    meant = principal == "*" or (
        isinstance(principal, Mapping)
        and any(_is(kind, _listed(names), request.principals) for kind, names in principal.items())
    )
    acts = any(like(_ACTION.lower(), str(action).lower()) for action in _listed(statement.get("Action")))
    unsure = statement.get("Effect") == "Deny"
    return meant and acts and _holds(statement.get("Condition") or {}, request.context, unsure=unsure)


def _is(kind: str, names: Iterable[Any], principals: Mapping[str, frozenset[str]]) -> bool:
    names = {str(name) for name in names}
    return not names.isdisjoint(principals.get(kind, ())) or (kind == "AWS" and "*" in names)


def _holds(conditions: Any, context: Mapping[str, str], *, unsure: bool) -> bool:
    """Whether every condition holds; `unsure` stands for those that are not understood."""
    if not isinstance(conditions, Mapping):
        return unsure
    return all(
        _test(operator, context.get(str(key).lower()), [str(value) for value in _listed(values)], unsure)
        for operator, keys in conditions.items()
        for key, values in (keys.items() if isinstance(keys, Mapping) else [("", [])])
    )


def _test(operator: str, actual: str | None, values: list[str], unsure: bool) -> bool:
    plain = operator.rpartition(":")[2]
    if plain.endswith("IfExists"):
        plain = plain.removesuffix("IfExists")
        if actual is None:
            return True
    match plain:
        case "StringEquals":
            return actual in values
        case "StringEqualsIgnoreCase" | "Bool":
            return actual is not None and actual.lower() in [value.lower() for value in values]
        case "StringLike" | "ArnLike" | "ArnEquals":
            return actual is not None and any(like(actual, value) for value in values)
        case "StringNotEquals":
            return actual not in values
        case "StringNotLike" | "ArnNotLike" | "ArnNotEquals":
            return actual is None or not any(like(actual, value) for value in values)
        case "Null":
            return str(actual is None).lower() in values
        case _:
            return unsure


def _names_some(statement: Mapping[str, Any], objects: str) -> bool:
    """Whether a resource pattern means objects of this bucket."""
    return any(
        like(objects, pattern) or pattern.startswith(objects) or like(f"{objects}x", pattern)
        for pattern in map(str, _listed(statement.get("Resource")))
    )


def _names_all(statement: Mapping[str, Any], objects: str) -> bool:
    patterns = [str(each) for each in _listed(statement.get("Resource", statement.get("NotResource") and "*"))]
    return any(like(f"{objects}\uffff", pattern) for pattern in patterns)


def like(text: str, pattern: str) -> bool:
    """AWS's wildcards: `*` for any run of characters, `?` for one; brackets mean themselves."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
