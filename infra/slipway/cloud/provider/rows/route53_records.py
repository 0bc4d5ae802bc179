"""Route 53 record sets: the one place that sends change batches, each after Route 53's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_host
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent
from slipway.cloud.provider.rules.record_sets import RecordSet, after, host, identity
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties, items
from slipway.cloud.provider.waiting import until

__all__ = ["ROWS", "SET_SHAPE", "all_record_sets", "await_change", "change", "zone_name", "zones"]

_IN_SYNC = "INSYNC"
_SYNC_LIMIT = 30  # minutes: the official provider's
_RECORD_TOKEN = "aws:route53/record:Record"  # noqa: S105 a type token
SET_SHAPE = (
    member_shape("route53", "ChangeResourceRecordSets", "ChangeBatch")
    .members["Changes"]
    .member.members["ResourceRecordSet"]
)
_RECORD = Translation(
    SET_SHAPE,
    {
        "zoneId": "",
        "allowOverwrite": "",
        "records": "",
        "aliases": "AliasTarget",
        "aliases.name": "DNSName",
        "aliases.zoneId": "HostedZoneId",
        "weightedRoutingPolicies": "",
        "failoverRoutingPolicies": "",
        "latencyRoutingPolicies": "",
        "geolocationRoutingPolicies": "GeoLocation",
        "geolocationRoutingPolicies.continent": "ContinentCode",
        "geolocationRoutingPolicies.country": "CountryCode",
        "geolocationRoutingPolicies.subdivision": "SubdivisionCode",
        "multivalueAnswerRoutingPolicy": "MultiValueAnswer",
        "cidrRoutingPolicy": "CidrRoutingConfig",
        "geoproximityRoutingPolicy": "GeoProximityLocation",
    },
)
# The three policies that are a block in Pulumi and one plain member in the API.
_PLAIN_POLICIES = (
    ("weightedRoutingPolicies", "weight", "Weight"),
    ("failoverRoutingPolicies", "type", "Failover"),
    ("latencyRoutingPolicies", "region", "Region"),
)


def zones(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Every hosted zone."""
    for page in cloud.client("route53").get_paginator("list_hosted_zones").paginate():
        yield from page["HostedZones"]


def all_record_sets(cloud: Cloud, zone_id: str) -> list[dict[str, Any]]:
    """Every record set of a zone, NS and SOA included."""
    pages = cloud.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return [record for page in pages for record in page["ResourceRecordSets"]]


def _record_set(properties: Properties, zone_name: str, failures: list[Failure] | None = None) -> dict[str, Any]:
    found: list[Failure] = [] if failures is None else failures
    record = _RECORD.to_aws({**properties, "name": _full_name(properties["name"], zone_name)}, found)
    if items(properties, "records"):
        record["ResourceRecords"] = [{"Value": value} for value in _values(properties)]
    for block, inner, member in _PLAIN_POLICIES:
        policies = items(properties, block)
        if policies and policies[0].get(inner) not in (None, UNKNOWN):
            value = policies[0][inner]
            record[member] = int(value) if member == "Weight" else value
    return record


def _values(properties: Properties) -> list[str]:
    """Record values as the API has them: text of TXT and SPF records stands in quotes."""
    values = [str(value) for value in items(properties, "records")]
    if properties["type"] in ("TXT", "SPF"):
        return [value if value.startswith('"') else f'"{value}"' for value in values]
    return values


def _full_name(name: Any, zone_name: str) -> Any:
    """A name relative to the zone is completed, as the official provider does: by letters, so that `fooexample.org` in
    `example.org` passes for complete, and Route 53 refuses it."""
    if name is UNKNOWN or not zone_name or host(name).endswith(host(zone_name)):
        return name
    return f"{name}.{host(zone_name)}" if name else host(zone_name)


def _validate_record(properties: Properties, failures: list[Failure]) -> None:
    weights = items(properties, "weightedRoutingPolicies")
    weight = weights[0].get("weight") if weights else None
    if isinstance(weight, int | float) and not 0 <= weight <= 255:
        failures.append(Failure("weightedRoutingPolicies[0].weight", f"{weight:g} is outside 0 to 255"))
    if properties.get("aliases") and (properties.get("records") or properties.get("ttl") is not None):
        failures.append(Failure("aliases", "an alias record has neither records nor a TTL of its own"))
    if not properties.get("aliases"):
        for name in ("records", "ttl"):
            if properties.get(name) in (None, []):
                failures.append(Failure(name, "is required unless the record is an alias"))
    routed = [name for name in properties if name.endswith(("RoutingPolicies", "RoutingPolicy")) and properties[name]]
    if routed and not properties.get("setIdentifier"):
        failures.append(Failure("setIdentifier", f"is required with {routed[0]}"))
    if properties.get("setIdentifier") and not routed:
        failures.append(Failure("setIdentifier", "needs a routing policy"))
    if not failures:
        _record_set(properties, "", failures)


def zone_name(cloud: Cloud, zone_id: str) -> str:
    return str(cloud.client("route53").get_hosted_zone(Id=zone_id)["HostedZone"]["Name"]).rstrip(".")


def change(cloud: Cloud, zone_id: str, changes: list[tuple[str, RecordSet]]) -> None:
    """One atomic batch, until it is in sync."""
    await_change(cloud, _asked(cloud, zone_id, changes))


def _asked(cloud: Cloud, zone_id: str, changes: list[tuple[str, RecordSet]]) -> dict[str, Any]:
    """Route 53's answer to one atomic batch, after its own rules (MiniStack keeps only some of them)."""
    with cloud.lock(f"zone {zone_id}"):
        zone = zone_name(cloud, zone_id)
        after(zone, all_record_sets(cloud, zone_id), changes)
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
        answer: dict[str, Any] = cloud.client("route53").change_resource_record_sets(
            HostedZoneId=zone_id, ChangeBatch=batch
        )
    return answer


def await_change(cloud: Cloud, answer: dict[str, Any]) -> None:
    """Wait until all name servers have what a call has changed, as the official provider does."""
    info = answer["ChangeInfo"]
    client = cloud.client("route53")
    if info["Status"] == _IN_SYNC:
        return
    if not until(cloud, lambda: client.get_change(Id=info["Id"])["ChangeInfo"]["Status"] == _IN_SYNC, _SYNC_LIMIT):
        raise refusal("RequestTimeout", f"{info['Id']} is still PENDING after {_SYNC_LIMIT} minutes", "GetChange")


def _key(properties: Properties, zone: str) -> tuple[str, str, str]:
    """The identity of the record set that these properties describe."""
    return host(_full_name(properties["name"], zone)), properties["type"], properties.get("setIdentifier") or ""


def _record_id(zone_id: str, record: RecordSet) -> str:
    name, kind, set_id = identity(record)
    return "_".join(part for part in (zone_id, name, kind, set_id) if part)


def _create_record(op: Operation) -> str:
    zone_id = op.new["zoneId"]
    record = _record_set(op.new, zone_name(op.cloud, zone_id))
    answer = _asked(op.cloud, zone_id, [("UPSERT" if op.new.get("allowOverwrite") else "CREATE", record)])
    op.ids.append(_record_id(zone_id, record))
    await_change(op.cloud, answer)
    return op.ids[0]


def _update_record(op: Operation) -> None:
    """A change of type or set identifier is DELETE and CREATE in one batch; anything else one UPSERT (hazard H17)."""
    zone_id = op.new["zoneId"]
    zone = zone_name(op.cloud, zone_id)
    new = _record_set(op.new, zone)
    old = _find(op.cloud, zone_id, _key(op.old, zone))
    if old is not None and identity(old) != identity(new):
        change(op.cloud, zone_id, [("DELETE", old), ("CREATE", new)])
    else:
        change(op.cloud, zone_id, [("UPSERT", new)])


def _delete_record(op: Operation) -> None:
    """Deletes whatever sits at (zone, name, type, set identifier), as the official provider does (hazard H16)."""
    zone_id = op.old["zoneId"]
    with absent("NoSuchHostedZone", "InvalidChangeBatch"):
        record = _find(op.cloud, zone_id, _key(op.old, zone_name(op.cloud, zone_id)))
        if record is not None:
            change(op.cloud, zone_id, [("DELETE", record)])


def _find(cloud: Cloud, zone_id: str, key: tuple[str, str, str]) -> dict[str, Any] | None:
    return next((record for record in all_record_sets(cloud, zone_id) if identity(record) == key), None)


_ID = re.compile(r"(?P<zone>Z[A-Z0-9]+)_(?P<name>.+?)_(?P<type>[A-Z]+)(?:_(?P<set>.+))?$")


def _read_record(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    zone_id, key = _located(resource_id, state)
    try:
        zone = zone_name(cloud, zone_id)
        record = _find(cloud, zone_id, _key(state, zone) if state else key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchHostedZone":
            return None
        raise
    return None if record is None else _record_properties(record, zone_id, zone)


def _located(resource_id: str, state: Properties) -> tuple[str, tuple[str, str, str]]:
    """Zone and identity of a record set: from its state, or on import from ZONE_name_TYPE[_set-identifier]."""
    if state:
        return state["zoneId"], (host(state["name"]), state["type"], state.get("setIdentifier") or "")
    match = _ID.match(resource_id)
    if match is None:
        raise refusal("InvalidInput", f"{resource_id!r} is not ZONEID_name_TYPE[_set-identifier]", "ImportRecord")
    return match["zone"], (host(match["name"]), match["type"], match["set"] or "")


def _record_properties(record: dict[str, Any], zone_id: str, zone_name: str) -> Properties:
    properties = _RECORD.from_aws(record, input_shape(_RECORD_TOKEN))
    properties.pop("records", None)
    if record.get("ResourceRecords"):
        quoted = record["Type"] in ("TXT", "SPF")
        values = [item["Value"] for item in record["ResourceRecords"]]
        properties["records"] = [value.strip('"') for value in values] if quoted else values
    for block, inner, member in _PLAIN_POLICIES:
        if record.get(member) is not None:
            properties[block] = [{inner: record[member]}]
    for target in properties.get("aliases", []):
        target["name"] = host(target["name"])
    name = host(record["Name"])
    return {**properties, "name": name, "zoneId": zone_id, "fqdn": name}


def _same_name(old: Any, new: Any, inputs: Properties) -> bool:
    """Equal names, one of them perhaps relative to the zone; the full one then ends with the other and a dot."""
    a, b = host(str(old)), host(str(new))
    return a == b or ("." not in a and b.startswith(f"{a}.")) or ("." not in b and a.startswith(f"{b}."))


ROWS = (
    ResourceType(
        _RECORD_TOKEN,
        create=_create_record,
        read=_read_record,
        update=_update_record,
        delete=_delete_record,
        validate=_validate_record,
        sets=frozenset({"records"}),
        local=frozenset({"allowOverwrite"}),
        same={"name": _same_name, "aliases.name": same_host},
    ),
)
