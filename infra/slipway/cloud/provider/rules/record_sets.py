"""Route 53's rules for a change batch, which is all or nothing.

Source: Amazon Route 53 API Reference, ChangeResourceRecordSets, and the Developer Guide on CNAME records and routing
policies: a CNAME stands alone at its name and never at the apex; record sets of one name and type are all simple (then
there is one) or all of the same routing policy with distinct set identifiers; weights are 0 to 255.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["RecordSet", "after", "host", "identity"]

RecordSet: TypeAlias = Mapping[str, Any]

_POLICIES = {
    "Weight": "weighted",
    "Failover": "failover",
    "Region": "latency",
    "GeoLocation": "geolocation",
    "MultiValueAnswer": "multivalue answer",
    "CidrRoutingConfig": "IP-based",
    "GeoProximityLocation": "geoproximity",
}


def host(name: str) -> str:
    """A DNS name in the one spelling names are compared in: lower case, no closing dot, a plain asterisk."""
    return name.replace("\\052", "*").rstrip(".").lower()


def identity(record: RecordSet) -> tuple[str, str, str]:
    """What makes a record set one thing within its zone: name, type, set identifier."""
    return host(record["Name"]), record["Type"], record.get("SetIdentifier", "")


def after(zone: str, existing: Iterable[RecordSet], changes: Iterable[tuple[str, RecordSet]]) -> list[RecordSet]:
    """The record sets after a batch of (action, record set); raises InvalidChangeBatch as Route 53 would."""
    sets = {identity(record): record for record in existing}
    touched = []
    for action, record in changes:
        key = identity(record)
        if action == "DELETE":
            if key not in sets:
                raise _invalid(f"Tried to delete resource record set {_named(key)} but it was not found")
            del sets[key]
            continue
        if action == "CREATE" and key in sets:
            raise _invalid(f"Tried to create resource record set {_named(key)} but it already exists")
        sets[key] = record
        touched.append(key)
    for key in touched:
        if key in sets:
            _check_name(host(zone), sets[key])
            _check_neighbours(sets[key], [other for other in sets.values() if host(other["Name"]) == key[0]])
    return list(sets.values())


def _check_name(zone: str, record: RecordSet) -> None:
    name = host(record["Name"])
    if name != zone and not name.endswith(f".{zone}"):
        raise _invalid(f"RRSet with DNS name {name}. is not permitted in zone {zone}.")
    if name == zone and record["Type"] == "CNAME":
        raise _invalid(f"RRSet of type CNAME with DNS name {name}. is not permitted at apex in zone {zone}.")
    if not 0 <= record.get("Weight", 0) <= 255:
        raise _invalid(f"Invalid weight {record['Weight']} for {name}.: the weight must be from 0 to 255")


def _check_neighbours(record: RecordSet, at_name: list[RecordSet]) -> None:
    """The rules between record sets of one name."""
    name, kind, set_id = identity(record)
    for other in at_name:
        if identity(other) == identity(record):
            continue
        if "CNAME" in (kind, other["Type"]) and kind != other["Type"]:
            raise _invalid(
                f"RRSet of type {kind} with DNS name {name}. is not permitted because a conflicting RRSet of type "
                f"{other['Type']} with the same DNS name already exists in zone"
            )
        if kind == other["Type"] and _policy(record) != _policy(other):
            raise _invalid(
                f"RRSet with DNS name {name}., type {kind}, SetIdentifier {set_id or 'null'}, and {_policy(record)} "
                f"routing cannot be created because a {_policy(other)} RRSet with the same name and type exists"
            )


def _policy(record: RecordSet) -> str:
    return next((label for member, label in _POLICIES.items() if record.get(member) is not None), "simple")


def _named(key: tuple[str, str, str]) -> str:
    name, kind, set_id = key
    identifier = f", set-identifier='{set_id}'" if set_id else ""
    return f"[name='{name}.', type='{kind}'{identifier}]"


def _invalid(message: str) -> Exception:
    return refusal("InvalidChangeBatch", f"[{message}]", "ChangeResourceRecordSets")
