"""CloudFront's code and its observers: functions, key value stores, real-time logs, metrics subscriptions."""

from __future__ import annotations

from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rows.cloudfront import set_tags, tags_of
from slipway.cloud.provider.rows.shared import absent, tag_list
from slipway.cloud.provider.rules.in_use import refuse_in_use
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import Properties, items

__all__ = ["ROWS"]

_FUNCTION_TOKEN = "aws:cloudfront/function:Function"  # noqa: S105 a type token
_FUNCTION = Translation(
    member_shape("cloudfront", "CreateFunction", "FunctionConfig"),
    {"code": "", "name": "", "publish": "", "tags": "", "keyValueStoreAssociations": ""},
)
_LARGEST_FUNCTION = 10_240  # bytes: CloudFront Developer Guide, quotas on CloudFront Functions
_LOG_TOKEN = "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig"  # noqa: S105 a type token
_LOG = Translation(member_shape("cloudfront", "CreateRealtimeLogConfig"), {"endpoint": "EndPoints"})
_METRICS_TOKEN = "aws:cloudfront/monitoringSubscription:MonitoringSubscription"  # noqa: S105 a type token
_METRICS = Translation(member_shape("cloudfront", "CreateMonitoringSubscription"))


# -- functions -------------------------------------------------------------------------------------------------------


def _function_config(properties: Properties) -> dict[str, Any]:
    stores = [{"KeyValueStoreARN": arn} for arn in items(properties, "keyValueStoreAssociations")]
    config = {"Comment": "", **_FUNCTION.to_aws(properties)}
    if stores:
        config["KeyValueStoreAssociations"] = {"Quantity": len(stores), "Items": stores}
    return config


def _validate_function(properties: Properties, failures: list[Failure]) -> None:
    _FUNCTION.to_aws(properties, failures)
    code = properties.get("code")
    if isinstance(code, str) and len(code.encode()) > _LARGEST_FUNCTION:
        failures.append(Failure("code", f"is {len(code.encode())} bytes; CloudFront takes {_LARGEST_FUNCTION}"))
    if len(items(properties, "keyValueStoreAssociations")) > 1:
        failures.append(Failure("keyValueStoreAssociations", "CloudFront takes one key value store a function"))


def _publish(op: Operation, name: str, etag: str) -> None:
    if op.new.get("publish", True):
        op.cloud.client("cloudfront").publish_function(Name=name, IfMatch=etag)


def _create_function(op: Operation) -> str:
    name = str(op.new["name"])
    arguments = {"FunctionConfig": _function_config(op.new), "FunctionCode": op.new["code"].encode()}
    tags = {"Tags": {"Items": tag_list(op.tags)}} if op.tags else {}
    answer = op.cloud.client("cloudfront").create_function(Name=name, **arguments, **tags)
    op.ids.append(name)
    _publish(op, name, answer["ETag"])
    return name


def _read_function(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client = cloud.client("cloudfront")
    with absent("NoSuchFunctionExists"):
        answer = client.describe_function(Name=resource_id, Stage="DEVELOPMENT")
        summary = answer["FunctionSummary"]
        stores = summary["FunctionConfig"].get("KeyValueStoreAssociations", {}).get("Items", [])
        code = client.get_function(Name=resource_id, Stage="DEVELOPMENT")["FunctionCode"].read()
        return {
            **_FUNCTION.from_aws(summary["FunctionConfig"], input_shape(_FUNCTION_TOKEN)),
            "arn": summary["FunctionMetadata"]["FunctionARN"],
            "code": code.decode(),
            "etag": answer["ETag"],
            "keyValueStoreAssociations": [store["KeyValueStoreARN"] for store in stores],
            "liveStageEtag": _live_etag(client, resource_id),
            "name": resource_id,
            "publish": state.get("publish", True),
            "status": summary.get("Status", ""),
            "tags": tags_of(cloud, summary["FunctionMetadata"]["FunctionARN"]),
        }
    return None


def _live_etag(client: Any, name: str) -> str:
    with absent("NoSuchFunctionExists"):
        return str(client.describe_function(Name=name, Stage="LIVE")["ETag"])
    return ""


def _update_function(op: Operation) -> None:
    client = op.cloud.client("cloudfront")
    if op.changed("code", "comment", "runtime", "keyValueStoreAssociations"):
        client.update_function(
            Name=op.id,
            IfMatch=_development_etag(client, op.id),
            FunctionConfig=_function_config(op.new),
            FunctionCode=op.new["code"].encode(),
        )
    # UpdateFunction's own answer carries the ETag under a misspelt header (`ETtag` in AWS's model), so ask again.
    _publish(op, op.id, _development_etag(client, op.id))
    set_tags(op, op.old["arn"])


def _development_etag(client: Any, name: str) -> str:
    return str(client.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"])


def _delete_function(op: Operation) -> None:
    client = op.cloud.client("cloudfront")
    with absent("NoSuchFunctionExists"), op.cloud.lock("distributions"):
        answer = client.describe_function(Name=op.id, Stage="DEVELOPMENT")
        arn = answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
        refuse_in_use(
            op.cloud,
            lambda name, value: name == "FunctionARN" and value == arn,
            "FunctionInUse",
            f"function {op.id}",
            "DeleteFunction",
        )
        client.delete_function(Name=op.id, IfMatch=answer["ETag"])


# -- key value stores ------------------------------------------------------------------------------------------------


def _create_store(op: Operation) -> str:
    answer = op.cloud.client("cloudfront").create_key_value_store(
        Name=op.new["name"], Comment=op.new.get("comment", "")
    )
    if op.tags:
        set_tags(op, answer["KeyValueStore"]["ARN"])
    return str(op.new["name"])


def _read_store(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("EntityNotFound"):
        answer = cloud.client("cloudfront").describe_key_value_store(Name=resource_id)
        store = answer["KeyValueStore"]
        return {
            "arn": store["ARN"],
            "comment": store.get("Comment", ""),
            "etag": answer["ETag"],
            "lastModifiedTime": store["LastModifiedTime"].isoformat(),
            "name": resource_id,
            "tags": tags_of(cloud, store["ARN"]),
        }
    return None


def _update_store(op: Operation) -> None:
    client = op.cloud.client("cloudfront")
    etag = client.describe_key_value_store(Name=op.id)["ETag"]
    client.update_key_value_store(Name=op.id, Comment=op.new.get("comment", ""), IfMatch=etag)
    set_tags(op, op.old["arn"])


def _delete_store(op: Operation) -> None:
    client = op.cloud.client("cloudfront")
    with absent("EntityNotFound"):
        client.delete_key_value_store(Name=op.id, IfMatch=client.describe_key_value_store(Name=op.id)["ETag"])


# -- observers -------------------------------------------------------------------------------------------------------


def _subscribe(op: Operation) -> str:
    wanted = _METRICS.to_aws(op.new)
    op.cloud.client("cloudfront").create_monitoring_subscription(**wanted)
    return str(op.new["distributionId"])


def _resubscribe(op: Operation) -> None:
    _subscribe(op)


def _read_subscription(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("NoSuchDistribution", "NoSuchMonitoringSubscription"):
        answer = cloud.client("cloudfront").get_monitoring_subscription(DistributionId=resource_id)
        body = {**answer, "DistributionId": resource_id}
        return _METRICS.from_aws(body, input_shape(_METRICS_TOKEN))
    return None


def _unsubscribe(op: Operation) -> None:
    with absent("NoSuchDistribution", "NoSuchMonitoringSubscription"):
        op.cloud.client("cloudfront").delete_monitoring_subscription(DistributionId=op.id)


def _log_arn(cloud: Cloud, name: str) -> str:
    return f"arn:aws:cloudfront::{cloud.account}:realtime-log-config/{name}"


def _create_log(op: Operation) -> str:
    return _log_arn(op.cloud, kept.create(op.cloud, "RealtimeLogConfig", _LOG.to_aws(op.new), op.new["name"]))


def _read_log(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("NoSuchRealtimeLogConfig"):
        config, _, _ = kept.get(cloud, "RealtimeLogConfig", resource_id.rsplit("/", 1)[-1])
        return {**_LOG.from_aws(config, input_shape(_LOG_TOKEN)), "arn": resource_id}
    return None


def _update_log(op: Operation) -> None:
    name = op.id.rsplit("/", 1)[-1]
    version = kept.get(op.cloud, "RealtimeLogConfig", name)[1]
    kept.replace(op.cloud, "RealtimeLogConfig", name, _LOG.to_aws(op.new), version)


def _delete_log(op: Operation) -> None:
    with absent("NoSuchRealtimeLogConfig"), op.cloud.lock("distributions"):
        refuse_in_use(
            op.cloud,
            lambda name, value: name == "RealtimeLogConfigArn" and value == op.id,
            "RealtimeLogConfigInUse",
            f"real-time log configuration {op.id}",
            "DeleteRealtimeLogConfig",
        )
        kept.delete(op.cloud, "RealtimeLogConfig", op.id.rsplit("/", 1)[-1])


def _limits(translation: Translation) -> Any:
    def validate(properties: Properties, failures: list[Failure]) -> None:
        translation.to_aws(properties, failures)

    return validate


ROWS = (
    ResourceType(
        _FUNCTION_TOKEN,
        create=_create_function,
        read=_read_function,
        update=_update_function,
        delete=_delete_function,
        validate=_validate_function,
        local=frozenset({"publish"}),
        volatile=frozenset({"etag", "liveStageEtag", "status"}),
    ),
    ResourceType(
        "aws:cloudfront/keyValueStore:KeyValueStore",
        create=_create_store,
        read=_read_store,
        update=_update_store,
        delete=_delete_store,
        local=frozenset({"timeouts"}),
        volatile=frozenset({"etag", "lastModifiedTime"}),
    ),
    ResourceType(
        _METRICS_TOKEN,
        create=_subscribe,
        read=_read_subscription,
        update=_resubscribe,
        delete=_unsubscribe,
        validate=_limits(_METRICS),
    ),
    ResourceType(
        _LOG_TOKEN,
        create=_create_log,
        read=_read_log,
        update=_update_log,
        delete=_delete_log,
        validate=_limits(_LOG),
        sets=frozenset({"fields"}),
    ),
)
