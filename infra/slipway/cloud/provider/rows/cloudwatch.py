"""CloudWatch: metric alarms, composite alarms and dashboards, each known by its name and put as a whole.

MiniStack forgets an alarm's metric queries, its anomaly band, how it treats few samples, and a composite alarm's
suppressor; `kept` remembers those for the version of the alarm that they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rows.shared import absent, document_failures, limits, sync_tags, tag_list, tag_map
from slipway.cloud.provider.rules.alarms import metric_alarm_failures
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import Properties, items

__all__ = ["ROWS"]

_METRIC_TOKEN = "aws:cloudwatch/metricAlarm:MetricAlarm"  # noqa: S105 a type token
_COMPOSITE_TOKEN = "aws:cloudwatch/compositeAlarm:CompositeAlarm"  # noqa: S105 a type token
_KEPT = "Alarm"
_METRIC_MEMBERS = (
    "EvaluateLowSampleCountPercentile",
    "EvaluationCriteria",
    "EvaluationInterval",
    "EvaluationWindow",
    "Metrics",
    "ThresholdMetricId",
    "WarmUpConfiguration",
)
_SUPPRESSOR = {
    "alarm": "ActionsSuppressor",
    "waitPeriod": "ActionsSuppressorWaitPeriod",
    "extensionPeriod": "ActionsSuppressorExtensionPeriod",
}


@cache
def _metric() -> Translation:
    renames = {
        "name": "AlarmName",
        "metricQueries": "Metrics",
        "metricQueries.metric": "MetricStat",
        "region": "",
        "tags": "",
    }
    return Translation(member_shape("cloudwatch", "PutMetricAlarm"), renames)


@cache
def _composite() -> Translation:
    renames = {"actionsSuppressor": "", "region": "", "tags": ""}
    return Translation(member_shape("cloudwatch", "PutCompositeAlarm"), renames)


# -- both kinds of alarms --------------------------------------------------------------------------------------------


def _live(cloud: Cloud, name: str, kind: str, members: str) -> dict[str, Any] | None:
    """An alarm as CloudWatch describes it, with what was remembered of this version of it; None without one."""
    answer = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
    if not answer[members]:
        kept.forget(cloud, _KEPT, name)
        return None
    alarm: dict[str, Any] = answer[members][0]
    return {**alarm, **kept.recall(cloud, _KEPT, name, alarm["AlarmConfigurationUpdatedTimestamp"].isoformat())}


def _remember(op: Operation, name: str, kind: str, members: str, forgotten: dict[str, Any]) -> None:
    answer = op.cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
    version = answer[members][0]["AlarmConfigurationUpdatedTimestamp"].isoformat()
    kept.remember(op.cloud, _KEPT, name, version, forgotten)


def _tags_of(cloud: Cloud, arn: str) -> dict[str, str]:
    return tag_map(cloud.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"])


def _set_tags(op: Operation) -> None:
    """A put changes nothing about the tags of an alarm that exists."""
    client, arn = op.cloud.client("cloudwatch"), op.old["arn"]
    sync_tags(
        _tags_of(op.cloud, arn),
        op.tags,
        lambda keys: client.untag_resource(ResourceARN=arn, TagKeys=keys),
        lambda tags: client.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
    )


def _delete_alarm(op: Operation) -> None:
    """A ValidationError while a composite alarm depends on it."""
    with absent("ResourceNotFound"):
        op.cloud.client("cloudwatch").delete_alarms(AlarmNames=[op.id])
    kept.forget(op.cloud, _KEPT, op.id)


# -- metric alarms ---------------------------------------------------------------------------------------------------


def _encoded(properties: Properties) -> Properties:
    """Dimensions become a list, and a query's metric gets the level that the API has around it."""
    found = dict(properties)
    if isinstance(properties.get("dimensions"), Mapping):
        found["dimensions"] = _dimensions(properties["dimensions"])
    queries = [_encoded_query(query) for query in items(properties, "metricQueries") if isinstance(query, Mapping)]
    return {**found, "metricQueries": queries} if queries else found


def _encoded_query(query: Mapping[str, Any]) -> Properties:
    metric, found = query.get("metric"), {"returnData": False, **query}  # without it AWS would take it for true
    if isinstance(metric, Mapping):
        inner = {name: metric.get(name) for name in ("namespace", "metricName")}
        if isinstance(metric.get("dimensions"), Mapping):
            inner["dimensions"] = _dimensions(metric["dimensions"])
        found["metric"] = {"metric": inner, **{name: metric.get(name) for name in ("period", "stat", "unit")}}
    return found


def _dimensions(given: Mapping[str, Any]) -> list[Properties]:
    return [{"name": name, "value": value} for name, value in sorted(given.items())]


def _decoded(alarm: Mapping[str, Any]) -> Properties:
    members = dict(alarm)
    # MiniStack fills in what such alarms do not have.
    absent_members = ("Statistic", "Period", "MetricName", "Namespace", "Dimensions") if alarm.get("Metrics") else ()
    for name in (*absent_members, *(("Statistic",) if alarm.get("ExtendedStatistic") else ())):
        members.pop(name, None)
    if alarm.get("ThresholdMetricId"):
        members.pop("Threshold", None)
    shape = input_shape(_METRIC_TOKEN)
    queries, dimensions = members.pop("Metrics", []), members.pop("Dimensions", [])
    found = _metric().from_aws(members, shape)
    if "Threshold" in members:
        found["threshold"] = members["Threshold"]
    if dimensions:
        found["dimensions"] = {item["Name"]: item["Value"] for item in dimensions}
    return {**found, "metricQueries": [_decoded_query(query) for query in queries]} if queries else found


def _decoded_query(query: Mapping[str, Any]) -> Properties:
    names = {"Id": "id", "Expression": "expression", "Label": "label", "Period": "period", "AccountId": "accountId"}
    found = {name: query[member] for member, name in names.items() if member in query}
    if "MetricStat" in query:
        stat = query["MetricStat"]
        metric = {name[:1].lower() + name[1:]: text for name, text in stat["Metric"].items() if name != "Dimensions"}
        dimensions = {item["Name"]: item["Value"] for item in stat["Metric"].get("Dimensions", [])}
        rest = {name.lower(): stat[name] for name in ("Period", "Stat", "Unit") if name in stat}
        found["metric"] = {**metric, **rest, **({"dimensions": dimensions} if dimensions else {})}
    return {**found, "returnData": query.get("ReturnData", True)}


def _validate_metric(properties: Properties, failures: list[Failure]) -> None:
    _metric().to_aws(_encoded(properties), failures)
    failures.extend(metric_alarm_failures(properties))


def _put_metric(op: Operation) -> str:
    request = _metric().to_aws(_encoded(op.new))
    name = str(request["AlarmName"])
    tags = {} if op.id else {"Tags": tag_list(op.tags)}
    op.cloud.client("cloudwatch").put_metric_alarm(**request, **tags)
    forgotten = {member: request[member] for member in _METRIC_MEMBERS if member in request}
    _remember(op, name, "MetricAlarm", "MetricAlarms", forgotten)
    return name


def _update_metric(op: Operation) -> None:
    _put_metric(op)
    _set_tags(op)


def _read_metric(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    alarm = _live(cloud, resource_id, "MetricAlarm", "MetricAlarms")
    if alarm is None:
        return None
    return {**_decoded(alarm), "arn": alarm["AlarmArn"], "tags": _tags_of(cloud, alarm["AlarmArn"])}


# -- composite alarms ------------------------------------------------------------------------------------------------


def _put_composite(op: Operation) -> str:
    request, suppressor = _composite().to_aws(op.new), op.new.get("actionsSuppressor") or {}
    forgotten = {member: suppressor[name] for name, member in _SUPPRESSOR.items() if name in suppressor}
    tags = {} if op.id else {"Tags": tag_list(op.tags)}
    op.cloud.client("cloudwatch").put_composite_alarm(**request, **forgotten, **tags)
    _remember(op, request["AlarmName"], "CompositeAlarm", "CompositeAlarms", forgotten)
    return str(request["AlarmName"])


def _update_composite(op: Operation) -> None:
    _put_composite(op)
    _set_tags(op)


def _read_composite(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    alarm = _live(cloud, resource_id, "CompositeAlarm", "CompositeAlarms")
    if alarm is None:
        return None
    found = _composite().from_aws(alarm, input_shape(_COMPOSITE_TOKEN))
    suppressor = {name: alarm[member] for name, member in _SUPPRESSOR.items() if member in alarm}
    if suppressor:
        found["actionsSuppressor"] = suppressor
    return {**found, "arn": alarm["AlarmArn"], "tags": _tags_of(cloud, alarm["AlarmArn"])}


# -- dashboards ------------------------------------------------------------------------------------------------------


def _validate_dashboard(properties: Properties, failures: list[Failure]) -> None:
    failures.extend(document_failures(properties, "dashboardBody"))


def _put_dashboard(op: Operation) -> str:
    name, body = str(op.new["dashboardName"]), str(op.new["dashboardBody"])
    if not isinstance(json.loads(body), Mapping):
        why = "The field DashboardBody must be a valid JSON object"
        raise refusal("InvalidParameterInput", why, "PutDashboard")
    op.cloud.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return name


def _update_dashboard(op: Operation) -> None:
    _put_dashboard(op)


def _read_dashboard(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    with absent("ResourceNotFound", "DashboardNotFoundError"):
        answer = cloud.client("cloudwatch").get_dashboard(DashboardName=resource_id)
        names = {"dashboardArn": "DashboardArn", "dashboardBody": "DashboardBody", "dashboardName": "DashboardName"}
        return {name: answer[member] for name, member in names.items()}
    return None


def _delete_dashboard(op: Operation) -> None:
    with absent("ResourceNotFound", "DashboardNotFoundError"):
        op.cloud.client("cloudwatch").delete_dashboards(DashboardNames=[op.id])


_ACTIONS = frozenset({"alarmActions", "okActions", "insufficientDataActions"})

ROWS = (
    ResourceType(
        _METRIC_TOKEN,
        create=_put_metric,
        read=_read_metric,
        update=_update_metric,
        delete=_delete_alarm,
        validate=_validate_metric,
        sets=_ACTIONS | {"metricQueries"},
        filled=frozenset({"evaluateLowSampleCountPercentiles"}),
    ),
    ResourceType(
        _COMPOSITE_TOKEN,
        create=_put_composite,
        read=_read_composite,
        update=_update_composite,
        delete=_delete_alarm,
        validate=limits(_composite),
        sets=_ACTIONS,
    ),
    ResourceType(
        "aws:cloudwatch/dashboard:Dashboard",
        create=_put_dashboard,
        read=_read_dashboard,
        update=_update_dashboard,
        delete=_delete_dashboard,
        validate=_validate_dashboard,
        same={"dashboardBody": same_document},
    ),
)
