"""Route 53 without the record sets: hosted zones, health checks, and the exclusive list of a zone's records."""

from __future__ import annotations

import uuid
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_host
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.route53_records import SET_SHAPE, all_record_sets, await_change, change, zone_name
from slipway.cloud.provider.rows.shared import absent, tag_list, tag_map
from slipway.cloud.provider.rules.record_sets import RecordSet, host, identity
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS"]

_EXCLUSIVE = Translation(SET_SHAPE, {"geolocation": "GeoLocation"})
_HEALTH = Translation(
    member_shape("route53", "CreateHealthCheck", "HealthCheckConfig"),
    {
        "fqdn": "FullyQualifiedDomainName",
        "ipAddress": "IPAddress",
        "invertHealthcheck": "Inverted",
        "childHealthThreshold": "HealthThreshold",
        "enableSni": "EnableSNI",
        "cloudwatchAlarmName": "",
        "cloudwatchAlarmRegion": "",
        "referenceName": "",
        "tags": "",
        "triggers": "",
    },
)


# -- hosted zones ----------------------------------------------------------------------------------------------------


def _create_zone(op: Operation) -> str:
    client = op.cloud.client("route53")
    arguments: dict[str, Any] = {"Name": op.new["name"], "CallerReference": uuid.uuid4().hex}
    arguments["HostedZoneConfig"] = {"Comment": op.new.get("comment", "Managed by Pulumi")}
    if op.new.get("vpcs"):
        first = op.new["vpcs"][0]
        arguments["VPC"] = {"VPCId": first["vpcId"], "VPCRegion": first.get("vpcRegion", op.cloud.region)}
        arguments["HostedZoneConfig"]["PrivateZone"] = True
    answer = client.create_hosted_zone(**arguments)
    zone_id = str(answer["HostedZone"]["Id"]).rsplit("/", 1)[-1]
    op.ids.append(zone_id)
    await_change(op.cloud, answer)
    _set_tags(op, "hostedzone", zone_id)
    return zone_id


def _read_zone(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client = cloud.client("route53")
    with absent("NoSuchHostedZone"):
        answer = client.get_hosted_zone(Id=resource_id)
        zone, servers = answer["HostedZone"], answer.get("DelegationSet", {}).get("NameServers", [])
        vpcs = [{"vpcId": vpc["VPCId"], "vpcRegion": vpc["VPCRegion"]} for vpc in answer.get("VPCs", [])]
        return {
            "arn": f"arn:aws:route53:::hostedzone/{resource_id}",
            "comment": zone.get("Config", {}).get("Comment", ""),
            "name": host(zone["Name"]),
            "nameServers": sorted(host(server) for server in servers),
            "primaryNameServer": host(servers[0]) if servers else "",
            "tags": _tags_of(cloud, "hostedzone", resource_id),
            "vpcs": vpcs,
            "zoneId": resource_id,
        }
    return None


def _update_zone(op: Operation) -> None:
    if op.changed("comment"):
        comment = op.new.get("comment", "Managed by Pulumi")
        op.cloud.client("route53").update_hosted_zone_comment(Id=op.id, Comment=comment)
    _set_tags(op, "hostedzone", op.id)


def _delete_zone(op: Operation) -> None:
    """A zone with records is refused unless forceDestroy empties it first."""
    client = op.cloud.client("route53")
    with absent("NoSuchHostedZone"):
        zone = zone_name(op.cloud, op.id)
        apex = {(host(zone), "NS", ""), (host(zone), "SOA", "")}
        rest = [record for record in all_record_sets(op.cloud, op.id) if identity(record) not in apex]
        if rest and not op.old.get("forceDestroy"):
            message = f"The specified hosted zone contains {len(rest)} non-required resource record sets"
            raise refusal("HostedZoneNotEmpty", f"{message}  and so cannot be deleted.", "DeleteHostedZone")
        for start in range(0, len(rest), 100):
            change(op.cloud, op.id, [("DELETE", record) for record in rest[start : start + 100]])
        await_change(op.cloud, client.delete_hosted_zone(Id=op.id))


def _tags_of(cloud: Cloud, kind: str, resource_id: str) -> dict[str, str]:
    answer = cloud.client("route53").list_tags_for_resource(ResourceType=kind, ResourceId=resource_id)
    return tag_map(answer["ResourceTagSet"].get("Tags", []))


def _set_tags(op: Operation, kind: str, resource_id: str) -> None:
    current = _tags_of(op.cloud, kind, resource_id)
    gone = sorted(set(current) - set(op.tags))
    changes: dict[str, Any] = {"AddTags": tag_list(op.tags)} if op.tags else {}
    if gone:
        changes["RemoveTagKeys"] = gone
    if changes and (gone or current != op.tags):
        client = op.cloud.client("route53")
        client.change_tags_for_resource(ResourceType=kind, ResourceId=resource_id, **changes)


# -- health checks ---------------------------------------------------------------------------------------------------


def _health_config(properties: Properties) -> dict[str, Any]:
    config = _HEALTH.to_aws(properties)
    if properties.get("cloudwatchAlarmName"):
        alarm = {"Name": properties["cloudwatchAlarmName"], "Region": properties["cloudwatchAlarmRegion"]}
        config["AlarmIdentifier"] = alarm
    return config


def _validate_health_check(properties: Properties, failures: list[Failure]) -> None:
    _HEALTH.to_aws(properties, failures)


def _create_health_check(op: Operation) -> str:
    reference = f"{op.new.get('referenceName', '')}{uuid.uuid4().hex}"[:64]
    answer = op.cloud.client("route53").create_health_check(
        CallerReference=reference, HealthCheckConfig=_health_config(op.new)
    )
    resource_id = str(answer["HealthCheck"]["Id"])
    _set_tags(op, "healthcheck", resource_id)
    return resource_id


def _read_health_check(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("NoSuchHealthCheck"):
        config = cloud.client("route53").get_health_check(HealthCheckId=resource_id)["HealthCheck"]["HealthCheckConfig"]
        properties = _HEALTH.from_aws(config, input_shape("aws:route53/healthCheck:HealthCheck"))
        alarm = config.get("AlarmIdentifier")
        if alarm:
            properties |= {"cloudwatchAlarmName": alarm["Name"], "cloudwatchAlarmRegion": alarm["Region"]}
        tags = _tags_of(cloud, "healthcheck", resource_id)
        return {**properties, "arn": f"arn:aws:route53:::healthcheck/{resource_id}", "tags": tags}
    return None


def _update_health_check(op: Operation) -> None:
    config = _health_config(op.new)
    for fixed in ("Type", "RequestInterval", "MeasureLatency", "RoutingControlArn"):
        config.pop(fixed, None)
    op.cloud.client("route53").update_health_check(HealthCheckId=op.id, **config)
    _set_tags(op, "healthcheck", op.id)


def _delete_health_check(op: Operation) -> None:
    with absent("NoSuchHealthCheck"):
        op.cloud.client("route53").delete_health_check(HealthCheckId=op.id)


# -- the exclusive list of a zone's records --------------------------------------------------------------------------


def _make_exclusive(op: Operation) -> None:
    zone_id = op.new["zoneId"]
    zone = zone_name(op.cloud, zone_id)
    wanted = [_EXCLUSIVE.to_aws(item) for item in op.new.get("resourceRecordSets", [])]
    current = {identity(record): record for record in _exclusive_sets(op.cloud, zone_id, zone)}
    keep = {identity(record) for record in wanted}
    changes: list[tuple[str, RecordSet]] = [("DELETE", record) for key, record in current.items() if key not in keep]
    changes += [("UPSERT", record) for record in wanted]
    if changes:
        change(op.cloud, zone_id, changes)


def _create_exclusive(op: Operation) -> str:
    _make_exclusive(op)
    return str(op.new["zoneId"])


def _exclusive_sets(cloud: Cloud, zone_id: str, zone: str) -> list[dict[str, Any]]:
    apex = {(host(zone), "NS", ""), (host(zone), "SOA", "")}
    return [record for record in all_record_sets(cloud, zone_id) if identity(record) not in apex]


def _read_exclusive(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("NoSuchHostedZone"):
        element = input_shape("aws:route53/recordsExclusive:RecordsExclusive").properties["resourceRecordSets"].element
        assert element is not None  # noqa: S101 the SDK's type has one
        records = _exclusive_sets(cloud, resource_id, zone_name(cloud, resource_id))
        listed = [{**_EXCLUSIVE.from_aws(record, element), "name": host(record["Name"])} for record in records]
        return {"zoneId": resource_id, "resourceRecordSets": listed}
    return None


def _nothing(op: Operation) -> None:
    """The official provider's delete leaves the zone as it is."""


ROWS = (
    ResourceType(
        "aws:route53/zone:Zone",
        create=_create_zone,
        read=_read_zone,
        update=_update_zone,
        delete=_delete_zone,
        automatic_name=lambda name, suffix: f"{name}-{suffix}".lower(),
        sets=frozenset({"vpcs", "nameServers"}),
        local=frozenset({"forceDestroy", "delegationSetId", "enableAcceleratedRecovery"}),
        same={"name": same_host},
    ),
    ResourceType(
        "aws:route53/healthCheck:HealthCheck",
        create=_create_health_check,
        read=_read_health_check,
        update=_update_health_check,
        delete=_delete_health_check,
        validate=_validate_health_check,
        sets=frozenset({"regions", "childHealthchecks"}),
        local=frozenset({"referenceName", "triggers"}),
    ),
    ResourceType(
        "aws:route53/recordsExclusive:RecordsExclusive",
        create=_create_exclusive,
        read=_read_exclusive,
        update=_make_exclusive,
        delete=_nothing,
        sets=frozenset({"resourceRecordSets", "resourceRecordSets.resourceRecords"}),
        local=frozenset({"timeouts"}),
        same={"resourceRecordSets.name": same_host},
    ),
)
