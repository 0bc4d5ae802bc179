"""CloudWatch Logs: log groups, with their retention."""

from __future__ import annotations

from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent, limits, physical_name, sync_tags
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["ROWS"]

_GONE = "ResourceNotFoundException"
# API Reference, PutRetentionPolicy; 0 is the official provider's word for keeping for ever.
_RETENTIONS = (0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
_LONG_RETENTIONS = (1096, 1827, 2192, 2557, 2922, 3288, 3653)


@cache
def _group() -> Translation:
    renames = {"name": "logGroupName", **dict.fromkeys(("namePrefix", "region", "retentionInDays", "skipDestroy"), "")}
    return Translation(member_shape("logs", "CreateLogGroup"), {**renames, "tags": "", "deletionProtectionEnabled": ""})


def _validate(properties: Properties, failures: list[Failure]) -> None:
    limits(_group)(properties, failures)
    days = properties.get("retentionInDays")
    if days is not None and days is not UNKNOWN and int(days) not in (*_RETENTIONS, *_LONG_RETENTIONS):
        failures.append(Failure("retentionInDays", f"{days} is not one of AWS's: 1, 3, 5, 7, 14, 30, 60, 90, ... 3653"))


def _create(op: Operation) -> str:
    name = physical_name(op)
    op.cloud.client("logs").create_log_group(**{**_group().to_aws(op.new), "logGroupName": name}, tags=op.tags)
    _retain(op, name)
    return name


def _retain(op: Operation, name: str) -> None:
    client, days = op.cloud.client("logs"), int(op.new.get("retentionInDays") or 0)
    if days:
        client.put_retention_policy(logGroupName=name, retentionInDays=days)
    elif op.old:
        client.delete_retention_policy(logGroupName=name)


def _find(cloud: Cloud, name: str) -> dict[str, Any] | None:
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    found = (group for page in pages for group in page["logGroups"])
    return next((group for group in found if group["logGroupName"] == name), None)


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    group = _find(cloud, resource_id)
    if group is None:
        return None
    arn = group["arn"].removesuffix(":*")
    return {
        "arn": arn,
        "kmsKeyId": group.get("kmsKeyId"),
        "logGroupClass": group.get("logGroupClass"),
        "name": resource_id,
        "retentionInDays": group.get("retentionInDays", 0),
        "tags": cloud.client("logs").list_tags_for_resource(resourceArn=arn).get("tags", {}),
    }


def _update(op: Operation) -> None:
    client, arn = op.cloud.client("logs"), op.old["arn"]
    if op.changed("retentionInDays"):
        _retain(op, op.id)
    if op.changed("kmsKeyId") and op.new.get("kmsKeyId"):
        client.associate_kms_key(logGroupName=op.id, kmsKeyId=op.new["kmsKeyId"])
    elif op.changed("kmsKeyId"):
        client.disassociate_kms_key(logGroupName=op.id)
    sync_tags(
        client.list_tags_for_resource(resourceArn=arn).get("tags", {}),
        op.tags,
        lambda keys: client.untag_resource(resourceArn=arn, tagKeys=keys),
        lambda tags: client.tag_resource(resourceArn=arn, tags=tags),
    )


def _delete(op: Operation) -> None:
    if not op.old.get("skipDestroy"):
        with absent(_GONE):
            op.cloud.client("logs").delete_log_group(logGroupName=op.id)


ROWS = (
    ResourceType(
        "aws:cloudwatch/logGroup:LogGroup",
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        local=frozenset({"namePrefix", "skipDestroy", "deletionProtectionEnabled"}),
        filled=frozenset({"logGroupClass"}),
    ),
)
