"""CloudFront's rules for a distribution among all others.

Sources: CloudFront Developer Guide, restrictions on alternate domain names (one alias, one distribution, world-wide;
a wildcard on one and a matching exact name on another may overlap); API Reference, InvalidTTLOrder, InvalidWebACLId.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from slipway.cloud.provider.rules.record_sets import host
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["refuse_claimed_aliases", "refuse_ttl_order", "refuse_web_acl"]


def refuse_claimed_aliases(
    distribution_id: str, aliases: Iterable[str], others: Iterable[Mapping[str, Any]], operation: str
) -> None:
    """Raise CNAMEAlreadyExists if another distribution lists one of the aliases, enabled or not."""
    owners = {
        host(alias): other["Id"]
        for other in others
        if other["Id"] != distribution_id
        for alias in other.get("Aliases", {}).get("Items", [])
    }
    taken = [alias for alias in aliases if host(alias) in owners]
    if taken:
        message = "One or more of the CNAMEs you provided are already associated with a different resource: "
        message += ", ".join(f"{alias} ({owners[host(alias)]})" for alias in taken)
        raise refusal("CNAMEAlreadyExists", message, operation)


def refuse_ttl_order(
    path: str, minimum: Any, default: Any, maximum: Any, operation: str, code: str = "InvalidTTLOrder"
) -> None:
    """Raise `code` unless minimum <= default <= maximum, of those that are given (seconds).

    The API lists InvalidTTLOrder for distributions; for cache policies only InvalidArgument.
    """
    given = [(name, value) for name, value in (("min", minimum), ("default", default), ("max", maximum)) if value]
    for (low_name, low), (high_name, high) in pairwise(given):
        if low > high:
            message = (
                f"The TTL order specified is not valid: {path} {low_name} TTL {low} is above {high_name} TTL {high}"
            )
            raise refusal(code, message, operation)


def refuse_web_acl(arn: str, exists: bool, operation: str) -> None:
    """Raise InvalidWebACLId for a web ACL that is not there, or not one for CloudFront (scope CLOUDFRONT, global)."""
    if arn and not (exists and ":global/webacl/" in arn):
        message = f"The web ACL is not accessible by the requester, or not of scope CLOUDFRONT: {arn}"
        raise refusal("InvalidWebACLId", message, operation)
