"""What AWS demands of policy documents, and whether one admits a service: trust policies, topics, queues.

Sources: IAM User Guide, IAM JSON policy elements reference (a trust policy names a principal and no resource) and
Policy evaluation logic (an explicit deny wins); the API References of IAM (MalformedPolicyDocument), SNS
(InvalidParameter) and SQS (InvalidAttributeValue).
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["admits", "document_fault", "trust_fault"]


def trust_fault(text: str) -> str:
    """Why IAM would not take this trust policy; empty if it would."""
    for statement in _statements(text):
        if "Resource" in statement or "NotResource" in statement:
            return "Has prohibited field Resource"
    return document_fault(text, "sts", ("Principal", "Action"))


def document_fault(text: str, service: str, required: tuple[str, ...]) -> str:
    """Why a policy document cannot be used for `service`; empty if it can. `required`: members of every statement."""
    try:
        policy = json.loads(text)
    except ValueError:
        return "This policy contains invalid Json"
    if not isinstance(policy, Mapping) or not policy.get("Statement"):
        return "Missing required field Statement"
    for statement in _listed(policy["Statement"]):
        if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
            return "Missing or invalid field Effect"
        missing = [name for name in required if name not in statement and f"Not{name}" not in statement]
        if missing:
            return f"Missing required field {missing[0]}"
        actions = [str(name) for name in _listed(statement.get("Action", statement.get("NotAction")))]
        foreign = [name for name in actions if name != "*" and not name.lower().startswith(f"{service}:")]
        if foreign:
            return f"Policy statement action out of service scope: {foreign[0]}"
    return ""


def admits(text: str, service: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Whether a resource's policy lets a service principal do `action`. `context`: condition keys and their values.

    A condition on a key or with an operator that is not known here does not hold.
    """
    found = [
        statement["Effect"]
        for statement in _statements(text)
        if _applies(statement, service, action, resource, context)
    ]
    return "Allow" in found and "Deny" not in found


def _applies(
    statement: Mapping[str, Any], service: str, action: str, resource: str, context: Mapping[str, str]
) -> bool:
    principal = statement.get("Principal")
    named = _listed(principal.get("Service", principal.get("AWS"))) if isinstance(principal, Mapping) else [principal]
    return (
        (service in named or "*" in named)
        and _matches(statement.get("Action"), action.lower(), lower=True)
        and ("Resource" not in statement or _matches(statement["Resource"], resource))
        and all(_holds(test, keys, context) for test, keys in statement.get("Condition", {}).items())
    )


def _holds(test: str, keys: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    known = {key.lower(): value for key, value in context.items()}
    exact = test in ("StringEquals",)
    if not exact and test not in ("ArnEquals", "ArnLike", "StringLike"):
        return False
    for key, wanted in keys.items():
        actual = known.get(key.lower())
        patterns = [str(item) for item in _listed(wanted)]
        if actual is None or not (actual in patterns if exact else _matches(patterns, actual)):
            return False
    return True


def _matches(patterns: Any, text: str, lower: bool = False) -> bool:
    spelled = [str(item).lower() if lower else str(item) for item in _listed(patterns)]
    return any(fnmatch.fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in spelled)


def _statements(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        policy = json.loads(text)
    except ValueError:
        return
    found = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    yield from (item for item in _listed(found) if isinstance(item, Mapping))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
