"""Athena: workgroups, which say where results go and how much a query may scan. A workgroup's id is its name."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent, limits, physical_name, sync_tags, tag_list, tag_map
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, Unmapped, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["ROWS"]

_TOKEN = "aws:athena/workgroup:Workgroup"  # noqa: S105 a type token
_GONE = "InvalidRequestException"  # Athena's code for a workgroup that is not there, and for much else
_SERVED = frozenset(
    {
        "bytesScannedCutoffPerQuery",
        "enforceWorkgroupConfiguration",
        "engineVersion",
        "publishCloudwatchMetricsEnabled",
        "requesterPaysEnabled",
        "resultConfiguration",
    }
)
# The official provider sends these with every configuration.
_DEFAULTS = {
    "EnforceWorkGroupConfiguration": True,
    "EngineVersion": {"SelectedEngineVersion": "AUTO"},
    "PublishCloudWatchMetricsEnabled": True,
    "RequesterPaysEnabled": False,
}
_LEAST = 10_485_760  # bytes; the official provider's own least limit, 10 MiB
_ENGINE = "Athena engine version 3"


@cache
def _group() -> Translation:
    renames = {
        **dict.fromkeys(("forceDestroy", "region", "state"), ""),
        "configuration.engineVersion.effectiveEngineVersion": "",
        "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": "KmsKey",
    }
    return Translation(member_shape("athena", "CreateWorkGroup"), renames)


def _validate(properties: Properties, failures: list[Failure]) -> None:
    settings = properties.get("configuration")
    settings = settings if isinstance(settings, dict) else {}
    for setting in settings:
        if setting not in _SERVED and setting != "__defaults":
            raise Unmapped(f"configuration.{setting}")
    limits(_group, prefix=False)(properties, failures)
    name = properties.get("name")
    if isinstance(name, str) and not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", name):
        failures.append(Failure("name", f"{name!r} is not 1 to 128 letters, digits, hyphens, dots and underscores"))
    least = settings.get("bytesScannedCutoffPerQuery")
    if least not in (None, UNKNOWN) and float(least) < _LEAST:
        why = f"{least} is less than a query's least limit, {_LEAST} (10 MiB)"
        failures.append(Failure("configuration.bytesScannedCutoffPerQuery", why))
    if properties.get("state") not in (None, UNKNOWN, "ENABLED", "DISABLED"):
        failures.append(Failure("state", f"{properties['state']!r} is not one of ENABLED, DISABLED"))


def _configuration(properties: Properties) -> dict[str, Any]:
    return {**_DEFAULTS, **_group().to_aws({"configuration": properties.get("configuration") or {}})["Configuration"]}


def _create(op: Operation) -> str:
    client, name = op.cloud.client("athena"), physical_name(op)
    client.create_work_group(
        Name=name,
        Description=op.new.get("description") or "",
        Configuration=_configuration(op.new),
        Tags=tag_list(op.tags),
    )
    if op.new.get("state") == "DISABLED":
        client.update_work_group(WorkGroup=name, State="DISABLED")
    return name


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client, arn = cloud.client("athena"), f"arn:aws:athena:{cloud.region}:{cloud.account}:workgroup/{resource_id}"
    with absent(_GONE):
        found = client.get_work_group(WorkGroup=resource_id)["WorkGroup"]
        settings = found.setdefault("Configuration", {})
        settings.setdefault("EngineVersion", {}).setdefault("EffectiveEngineVersion", _ENGINE)
        read = _group().from_aws(found, input_shape(_TOKEN))
        read.get("configuration", {}).get("engineVersion", {})["effectiveEngineVersion"] = settings["EngineVersion"][
            "EffectiveEngineVersion"
        ]
        tags = tag_map(client.list_tags_for_resource(ResourceARN=arn).get("Tags", []))
        return {**read, "arn": arn, "name": resource_id, "state": found["State"], "tags": tags}
    return None


def _update(op: Operation) -> None:
    client, arn = op.cloud.client("athena"), str(op.old["arn"])
    client.update_work_group(
        WorkGroup=op.id,
        Description=op.new.get("description") or "",
        State=op.new.get("state") or "ENABLED",
        ConfigurationUpdates=_updates(_configuration(op.new)),
    )
    sync_tags(
        tag_map(client.list_tags_for_resource(ResourceARN=arn).get("Tags", [])),
        op.tags,
        lambda keys: client.untag_resource(ResourceARN=arn, TagKeys=keys),
        lambda tags: client.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
    )


def _updates(wanted: dict[str, Any]) -> dict[str, Any]:
    """UpdateWorkGroup keeps what it is not told: whatever the program does not say is removed by name."""
    settings = {name: value for name, value in wanted.items() if name != "ResultConfiguration"}
    if "BytesScannedCutoffPerQuery" not in settings:
        settings["RemoveBytesScannedCutoffPerQuery"] = True
    result = dict(wanted.get("ResultConfiguration") or {})
    for name in ("AclConfiguration", "EncryptionConfiguration", "ExpectedBucketOwner", "OutputLocation"):
        if name not in result:
            result[f"Remove{name}"] = True
    return {**settings, "ResultConfigurationUpdates": result}


def _delete(op: Operation) -> None:
    client = op.cloud.client("athena")
    try:
        client.delete_work_group(WorkGroup=op.id, RecursiveDeleteOption=bool(op.old.get("forceDestroy")))
    except client.exceptions.InvalidRequestException as error:
        if "not empty" in str(error):
            raise


ROWS = (
    ResourceType(
        _TOKEN,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        local=frozenset({"forceDestroy"}),
        filled=frozenset({"configuration", "configuration.engineVersion"}),
    ),
)
