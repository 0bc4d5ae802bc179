"""What the live world says at the moment of a step on something that serves: is it still what the plan was made of?

A plan is minutes or hours old when its last step is taken. An enactor that applied an older plan took the addresses of
a whole service out of DNS (AWS, post-event summary of 2025-10-20, DynamoDB in us-east-1); so before something is
taken away, AWS is asked what stands there, and who still needs it. Everything here reads, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

from slipway import aws
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD
from slipway.preflight.resources import ADDRESSED, BUCKET
from slipway.route53.names import RecordSet, host, identity
from slipway.route53.zone import record_sets

__all__ = ["Outputs", "is_as_written", "objection", "record_set", "serves"]

Outputs: TypeAlias = Mapping[str, Any]
_GONE = frozenset({"NoSuchHostedZone", "NoSuchDistribution", "ResourceNotFoundException"})


def serves(type_: str) -> bool:
    """Whether resources of a type stand on the way from a client to a file, so that the live world is asked."""
    return type_ in _BEFORE_DELETE or type_ == RECORD


def objection(deed: str, type_: str, old: Outputs, serving: Collection[str]) -> str:
    """Why the live world is against an update or delete of a resource whose last known outputs are `old`; empty if it
    is not. `serving` are the host names that shall answer throughout. CloudError if AWS cannot be asked."""
    if type_ == RECORD:
        return _record_set(deed, old, serving)
    ask = _BEFORE_DELETE.get(type_) if deed == "delete" else None
    return ask(old, serving) if ask else ""


def record_set(written: Outputs) -> RecordSet | None:
    """What Route 53 has of a record set, of which a state's outputs or inputs are given; None if it has none."""
    name, identifier = _name(written), str(written.get("setIdentifier") or "")
    sets = _sets_of(str(written.get("zoneId", "")), name)
    return next((each for each in sets if identity(each) == (name, str(written.get("type", "")), identifier)), None)


def is_as_written(live: Mapping[str, Any], written: Outputs) -> bool:
    """Whether a record set that Route 53 has answers what a state's outputs or inputs say."""
    return _content_of(live) == _content(written)


def _record_set(deed: str, old: Outputs, serving: Collection[str]) -> str:
    """The record set is as it was left; and after a delete, another one answers for the name."""
    name, kind = _name(old), str(old.get("type", ""))
    sets = list(_sets_of(str(old.get("zoneId", "")), name))
    own = next((each for each in sets if identity(each) == (name, kind, str(old.get("setIdentifier") or ""))), None)
    if own is None:
        return "" if deed == "delete" else f"{name} {kind} is gone: somebody else deleted it"
    if not is_as_written(own, old):
        return f"{name} {kind} is not what the stack's state says: somebody else has changed it"
    if deed == "delete" and kind in ADDRESSED and name in serving:
        others = [each for each in sets if each is not own and each["Type"] in ADDRESSED and each.get("Weight") != 0]
        if not others and not _wildcard(str(old.get("zoneId", "")), name):
            return f"{name} would be left without an answer: Route 53 has no other record set for it"
    return ""


def _name(written: Outputs) -> str:
    return host(str(written.get("fqdn") or written.get("name", "")))


def _certificate(old: Outputs, serving: Collection[str]) -> str:
    arn = str(old.get("arn", ""))
    with aws.reported(f"cannot look at {arn}"):
        try:
            found = aws.client("acm", region=arn.split(":")[3]).describe_certificate(CertificateArn=arn)
        except aws.ClientError as error:
            return _unless_gone(error)
    users = found["Certificate"].get("InUseBy") or []
    return f"the certificate is still in use by {', '.join(users)}" if users else ""


def _distribution(old: Outputs, serving: Collection[str]) -> str:
    domain = host(str(old.get("domainName", "")))
    for name in sorted(serving):
        for zone in _zones_of(name):
            for each in _sets_of(zone, name):
                if domain in _targets(each):
                    return f"{name} still leads to {domain}: its record set in Route 53 says so"
    return ""


def _bucket(old: Outputs, serving: Collection[str]) -> str:
    name = str(old.get("bucket", ""))
    with aws.reported("cannot list the distributions"):
        pages = aws.client("cloudfront").get_paginator("list_distributions").paginate()
        for page in pages:
            for each in page["DistributionList"].get("Items", ()):
                domains = [origin["DomainName"] for origin in each["Origins"]["Items"]]
                if each["Enabled"] and any(domain.startswith(f"{name}.s3") for domain in domains):
                    return f"the bucket is still an origin of the distribution {each['Id']}"
    return ""


_BEFORE_DELETE: dict[str, Callable[[Outputs, Collection[str]], str]] = {
    CERTIFICATE: _certificate,
    DISTRIBUTION: _distribution,
    **dict.fromkeys(BUCKET, _bucket),
}


def _sets_of(zone: str, name: str) -> Iterator[RecordSet]:
    """Every record set of a name; none where there is no such zone any more."""
    with aws.reported(f"cannot list the record sets of {name}"):
        try:
            yield from record_sets(aws.client("route53"), zone, name)
        except aws.ClientError as error:
            _unless_gone(error)


def _wildcard(zone: str, name: str) -> bool:
    """Whether a wildcard would answer instead (RFC 4592: the one beside it, nothing being below the name)."""
    return any(each["Type"] in ADDRESSED for each in _sets_of(zone, "*." + name.partition(".")[2]))


def _zones_of(name: str) -> Iterator[str]:
    """The public hosted zones that a name may lie in."""
    with aws.reported("cannot list the hosted zones"):
        for page in aws.client("route53").get_paginator("list_hosted_zones").paginate():
            for each in page["HostedZones"]:
                zone = host(each["Name"])
                if not each["Config"].get("PrivateZone") and (name == zone or name.endswith(f".{zone}")):
                    yield each["Id"].rpartition("/")[2]


def _unless_gone(error: aws.ClientError) -> str:
    """What is gone is in nobody's way; every other error is one."""
    if aws.code_of(error) in _GONE:
        return ""
    raise error


def _content_of(live: Mapping[str, Any]) -> tuple[object, ...]:
    """What a record set answers, as Route 53 has it."""
    values = sorted(_value(each["Value"]) for each in live.get("ResourceRecords", ()))
    ttl = int(live["TTL"]) if "TTL" in live else None
    return host(live.get("AliasTarget", {}).get("DNSName", "")), values, ttl, live.get("Weight")


def _content(old: Outputs) -> tuple[object, ...]:
    """The same as a state has it."""
    alias: Outputs = next(iter(old.get("aliases") or ()), {})
    values = sorted(_value(str(each)) for each in old.get("records") or ())
    weights: Outputs = next(iter(old.get("weightedRoutingPolicies") or ()), {})
    ttl = int(old["ttl"]) if old.get("ttl") is not None and not alias else None
    weight = int(weights["weight"]) if "weight" in weights else None
    return host(str(alias.get("name", ""))), values, ttl, weight


def _targets(live: Mapping[str, Any]) -> set[str]:
    values = {host(_value(each["Value"])) for each in live.get("ResourceRecords", ())}
    return {host(live.get("AliasTarget", {}).get("DNSName", "")), *values} - {""}


def _value(text: str) -> str:
    """A record's value without the quotes that Route 53 puts around text, and without a final dot."""
    return text.replace('"', "").rstrip(".")
