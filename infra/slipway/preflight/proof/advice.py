"""The way out, for each way in which a hostname can fall: steps that a person can take, in their order."""

from __future__ import annotations

from collections.abc import Sequence

from slipway.plan import parse_urn, urn_name
from slipway.preflight.resources import DISTRIBUTION, RECORD
from slipway.preflight.verdict import Hostname

__all__ = ["advice_for"]

_BY_FAULT = {
    "no-zone": (
        "Keep the zone: a new one gets other name servers, and the parent still delegates to the old ones. To move, "
        "create the new zone with all records, change the delegation, wait for the NS TTL, and delete the old one last."
    ),
    "disabled": (
        "Keep the distribution enabled until no record leads to it. Split: first move the names, wait for the records' "
        "TTL, then disable it."
    ),
    "gone": (
        "Keep the distribution until no answer leads to it. Split: first the record sets alone, wait for their old "
        "TTL, then the removal."
    ),
    "certificate": (
        "Split: first the certificate with its validation, in an apply of its own; when it is issued and covers the "
        "name, the distribution; its old certificate goes last. Let the distribution take the ARN from the "
        "CertificateValidation, which waits for the issuance."
    ),
    "origin": (
        "Keep the old bucket until the distribution reads from the new one. Split: create the new bucket under another "
        "name with its policy and objects, point the distribution at it, and remove the old bucket in a later apply."
    ),
    "policy": (
        "Let the policy admit the distribution throughout: first add its ARN as AWS:SourceArn for the service "
        "principal cloudfront.amazonaws.com, then change what leads there, and take old lines out last."
    ),
    "function": (
        "Keep the function until it is attached nowhere. Split: first take it off the distribution or attach the new "
        "one, then delete it."
    ),
    "access": (
        "Keep the access control until no origin uses it. Split: first let the distribution use the new one, then "
        "delete the old one."
    ),
    "loop": "Break the circle: let one of the names lead to a distribution or to a server.",
    "outside": (
        "If the target is known to serve this name, say so with --external TARGET or under slipway:external; otherwise "
        "test it first."
    ),
    "unknown": (
        "Split the change so that the value is known before this name rests on it: first apply what it is computed "
        "from, then preview again."
    ),
}


def advice_for(hostname: Hostname) -> str:
    """What to do instead, for a name that is not served throughout."""
    if hostname.status == "stale":
        return _for_stale(hostname)
    for fault, advice in (("overwritten", _for_overwritten), ("no-alias", _for_alias), ("no-record", _for_record)):
        if fault in hostname.faults and "no-zone" not in hostname.faults:
            return advice(hostname)
    return next((_BY_FAULT[fault] for fault in hostname.faults if fault in _BY_FAULT), _BY_FAULT["unknown"])


def _for_stale(hostname: Hostname) -> str:
    seconds = hostname.worst_case_seconds or 0
    names = _names(hostname.causes) or "what the old answers lead to"
    return (
        f"Keep {names} for now: first move {hostname.name} alone, wait {seconds} seconds until every old answer has "
        "expired, then remove the rest in another apply. To wait less, lower the record's TTL to 60 first and wait out "
        f"the old {seconds} seconds."
    )


def _for_alias(hostname: Hostname) -> str:
    name = hostname.name
    if any(_is(urn, DISTRIBUTION) for urn in hostname.causes) and not any(_is(urn, RECORD) for urn in hostname.causes):
        return (
            f"Move the alias in one step, outside this plan: aws cloudfront associate-alias --alias {name} "
            "--target-distribution-id ID, where the target's certificate covers the name. Then write the same into the "
            "program, run pulumi refresh, and preview again. To leave CloudFront, move the record first, wait for its "
            "TTL, and take the alias off last."
        )
    return (
        f"Split: first give the distribution the alias {name}, with a certificate that covers it; when that is "
        "deployed, add the record. Or let the record depend on the distribution."
    )


def _for_overwritten(hostname: Hostname) -> str:
    gone = _names([urn for urn in hostname.causes if _is(urn, RECORD)])
    return (
        "Renamed in the program? Then add a Pulumi alias to the renamed URN, aliases=[pulumi.Alias(name=...)] with the "
        f"name that {gone} had: the engine keeps the record set. Else apply retainOnDelete=True on {gone} alone first, "
        "and then nothing removes the record set."
    )


def _for_record(hostname: Hostname) -> str:
    own = [urn for urn in hostname.causes if _is(urn, RECORD)]
    if set(own) & set(hostname.awaited) or not own:
        return (
            f"Let {_names(hostname.awaited) or 'the new record set'} answer before the old one goes: take off "
            "deleteBeforeReplace, or change the record in place. A change of `type` or set identifier inside one "
            "URN is one atomic batch."
        )
    return (
        f"Keep the old record set of {hostname.name} until its replacement answers, and remove it in a later apply. If "
        f"it only has another name in the program, add a Pulumi alias with the old URN of {_names(own)}; if its `type` "
        "or set identifier changes, change that inside one URN: that is one atomic batch."
    )


def _is(urn: str, type_: str) -> bool:
    parsed = parse_urn(urn)
    return parsed is not None and parsed.type == type_


def _names(urns: Sequence[str]) -> str:
    return ", ".join(urn_name(urn) for urn in urns[:5])
