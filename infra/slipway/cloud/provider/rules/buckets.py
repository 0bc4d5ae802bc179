"""Amazon S3's rules for buckets: their names, tags and policies.

Sources: Amazon S3 User Guide, General purpose bucket naming rules and Policies and permissions in Amazon S3 (a policy
is at most 20 KB and names nothing outside its bucket); API Reference, List of error codes; Tagging restrictions.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN

__all__ = ["name_failures", "refuse_policy", "tag_failures"]

_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an")
_LARGEST_POLICY = 20_480  # bytes


def name_failures(path: str, name: Any) -> Iterator[Failure]:
    """Why a bucket may not have this name, each reason once."""
    if not isinstance(name, str):
        return
    if not 3 <= len(name) <= 63:
        yield Failure(path, f"{name!r} is {len(name)} characters long; a bucket's name has 3 to 63")
    if re.search(r"[^a-z0-9.-]", name):
        yield Failure(path, f"{name!r} may only hold lower-case letters, digits, dots and hyphens")
    elif not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name):
        yield Failure(path, f"{name!r} must begin and end with a letter or a digit")
    if ".." in name:
        yield Failure(path, f"{name!r} has two dots in a row")
    if _is_address(name):
        yield Failure(path, f"{name!r} has the form of an IP address")
    reserved = [part for part in _PREFIXES if name.startswith(part)] + [p for p in _SUFFIXES if name.endswith(p)]
    for part in reserved:
        yield Failure(path, f"{name!r} has {part!r} at its end or beginning, which Amazon S3 keeps for itself")


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def tag_failures(path: str, tags: Any, limit: int) -> Iterator[Failure]:
    """Tags that S3 refuses: more than `limit`, too long, or in AWS's own namespace."""
    if not isinstance(tags, Mapping):
        return
    if len(tags) > limit:
        yield Failure(path, f"has {len(tags)} tags; Amazon S3 allows {limit}")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128:
            yield Failure(f"{path}.{key}", "a tag's key has 1 to 128 characters")
        if key.lower().startswith("aws:"):
            yield Failure(f"{path}.{key}", "keys that begin with 'aws:' are AWS's own")
        if value is not UNKNOWN and len(str(value)) > 256:
            yield Failure(f"{path}.{key}", "a tag's value has at most 256 characters")


def refuse_policy(bucket: str, document: str, operation: str) -> None:
    """Raise MalformedPolicy for a bucket policy that S3 would not take."""
    try:
        policy = json.loads(document)
    except ValueError:
        policy = None
    if not isinstance(policy, Mapping):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'", operation)
    if len(document.encode()) > _LARGEST_POLICY:
        message = f"Normalized policy document exceeds the maximum allowed size of {_LARGEST_POLICY} bytes"
        raise _malformed(message, operation)
    if not policy.get("Statement"):
        raise _malformed("Missing required field Statement", operation)
    for statement in _listed(policy["Statement"]):
        why = _statement_fault(bucket, statement)
        if why:
            raise _malformed(why, operation)


def _statement_fault(bucket: str, statement: Any) -> str:
    if not isinstance(statement, Mapping):
        return "Policy has an invalid statement"
    for name in ("Principal", "Action", "Resource"):
        if name not in statement and f"Not{name}" not in statement:
            return f"Missing required field {name}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return f"Invalid effect: {statement.get('Effect')}"
    actions = [str(action) for action in _listed(statement.get("Action", statement.get("NotAction")))]
    if any(action != "*" and not action.lower().startswith("s3:") for action in actions):
        return "Policy has invalid action"
    resources = [str(name) for name in _listed(statement.get("Resource", statement.get("NotResource")))]
    if not all(_within(bucket, resource) for resource in resources):
        return "Policy has invalid resource"
    return ""


def _within(bucket: str, resource: str) -> bool:
    """Whether a resource of a bucket's policy is that bucket or lies in it; wildcards may stand for its name."""
    match = re.fullmatch(r"arn:aws[a-z-]*:s3:::([^/]+)(/.*)?", resource, re.DOTALL)
    if resource == "*" or match is None:
        return resource == "*"
    pattern = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in match[1])
    return re.fullmatch(pattern, bucket) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _malformed(message: str, operation: str) -> Exception:
    return refusal("MalformedPolicy", message, operation)
