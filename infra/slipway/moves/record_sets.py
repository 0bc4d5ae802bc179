"""Record sets as Route 53's API has them: from a stack's inputs, compared, and put into change batches. Pure.

Sources: Route 53 API Reference, ResourceRecordSet and ChangeResourceRecordSets (a batch is made whole or not at all).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slipway.errors import BadInput
from slipway.route53.names import Batch, RecordSet, host, identity

__all__ = ["TYPE", "described", "from_inputs", "reweighed", "same", "swapped"]

TYPE = "aws:route53/record:Record"
_PLAIN = (
    ("weightedRoutingPolicies", "weight", "Weight"),
    ("failoverRoutingPolicies", "type", "Failover"),
    ("latencyRoutingPolicies", "region", "Region"),
)
_PLACE = (("continent", "ContinentCode"), ("country", "CountryCode"), ("subdivision", "SubdivisionCode"))
_UNREAD = ("cidrRoutingPolicy", "geoproximityRoutingPolicy")
_NAMES = ("CNAME", "NS", "PTR")
_TEXTS = ("TXT", "SPF")


def from_inputs(inputs: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The record set that a stack's resource asks for; `zone` is the domain that completes a relative name, as the
    official provider does. BadInput for a routing policy that is not read here."""
    if policy := next((key for key in _UNREAD if inputs.get(key)), None):
        raise BadInput(f"{policy} of {inputs.get('name')} is not supported by moves", "Let `pulumi up` change it.")
    name = host(str(inputs.get("name") or ""))
    full = name if name.endswith(host(zone)) else ".".join(part for part in (name, host(zone)) if part)
    record: dict[str, Any] = {"Name": full, "Type": inputs["type"]}
    if inputs.get("setIdentifier"):
        record["SetIdentifier"] = inputs["setIdentifier"]
    for block, inner, member in _PLAIN:
        for policy in inputs.get(block) or ():
            record[member] = int(policy[inner]) if member == "Weight" else policy[inner]
    for place in inputs.get("geolocationRoutingPolicies") or ():
        record["GeoLocation"] = {member: place[key] for key, member in _PLACE if place.get(key)}
    if inputs.get("multivalueAnswerRoutingPolicy"):
        record["MultiValueAnswer"] = True
    if inputs.get("healthCheckId"):
        record["HealthCheckId"] = inputs["healthCheckId"]
    for alias in inputs.get("aliases") or ():
        record["AliasTarget"] = {
            "DNSName": alias["name"],
            "HostedZoneId": alias["zoneId"],
            "EvaluateTargetHealth": bool(alias.get("evaluateTargetHealth")),
        }
    if not inputs.get("aliases"):
        record["TTL"] = int(inputs.get("ttl") or 0)
        record["ResourceRecords"] = [{"Value": _written(record["Type"], str(each))} for each in inputs["records"]]
    return record


def same(one: RecordSet | None, other: RecordSet | None) -> bool:
    """Whether two record sets answer alike: the order of values and the spelling of names tell nothing."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def described(record: RecordSet) -> str:
    """A record set for people, in one line."""
    name, kind, member = identity(record)
    alias = record.get("AliasTarget")
    values = [each["Value"] for each in record.get("ResourceRecords", ())]
    target = f"alias of {host(alias['DNSName'])}" if alias else ", ".join(values)
    more = [member, f"weight {record['Weight']}" if "Weight" in record else "", f"TTL {record['TTL']}" if "TTL" in
            record else ""]  # fmt: skip
    return f"{kind} {name} ({'; '.join([*filter(None, more), target])})"


def reweighed(live: Sequence[RecordSet], weights: Mapping[str, int]) -> Batch:
    """The batch that gives the members of a weighted name these weights, for every type that it has, and changes
    nothing else of them; empty where they have them."""
    return [
        ("UPSERT", {**record, "Weight": weights[record["SetIdentifier"]]})
        for record in live
        if record.get("SetIdentifier") in weights and record.get("Weight") != weights[record["SetIdentifier"]]
    ]


def swapped(live: Iterable[RecordSet], old: Sequence[RecordSet], new: Sequence[RecordSet]) -> Batch | None:
    """The batch that puts the `new` record sets where the `old` ones are: empty if they stand already, None if what is
    live is neither. What is in both stays as it is."""
    standing = {identity(record): record for record in live}
    wanted = {identity(record): record for record in new}
    going = {identity(record): record for record in old}
    keys = {**going, **wanted}
    if all(same(standing.get(key), wanted.get(key)) or (key not in standing and key not in wanted) for key in keys):
        return []
    if not all(same(standing.get(key), going.get(key)) or (key not in standing and key not in going) for key in keys):
        return None
    # A DELETE has to give the values exactly as they stand.
    leaving: Batch = [("DELETE", standing[key]) for key in going if not same(standing[key], wanted.get(key))]
    coming: Batch = [("CREATE", record) for key, record in wanted.items() if not same(standing.get(key), record)]
    return leaving + coming


def _written(kind: str, value: str) -> str:
    """A value as the API has it: text stands in quotes."""
    return f'"{value}"' if kind in _TEXTS and not value.startswith('"') else value


def _plain(record: RecordSet) -> dict[str, Any]:
    kind, alias = record["Type"], record.get("AliasTarget")
    told = {key: record.get(key) or None for key in ("Failover", "Region", "GeoLocation", "MultiValueAnswer")}
    return {
        **told,
        "is": identity(record),
        "Weight": record.get("Weight"),
        "HealthCheckId": record.get("HealthCheckId") or None,
        "TTL": None if alias else record.get("TTL"),
        "values": sorted(_comparable(kind, each["Value"]) for each in record.get("ResourceRecords") or ()),
        "alias": (host(alias["DNSName"]), alias["HostedZoneId"], bool(alias.get("EvaluateTargetHealth")))
        if alias
        else None,
    }


def _comparable(kind: str, value: str) -> str:
    if kind in _NAMES:
        return host(value)
    if kind in ("A", "AAAA"):
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            return value
    return value
