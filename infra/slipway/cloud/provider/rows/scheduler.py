"""EventBridge Scheduler: schedules that call an API of AWS by themselves. A schedule's id is `group/name`."""

from __future__ import annotations

from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent, limits, physical_name, read_document
from slipway.cloud.provider.rules.policies import admits
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.rules.schedules import request_fault, schedule_failures
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS"]

_TOKEN = "aws:scheduler/schedule:Schedule"  # noqa: S105 a type token
_GONE = "ResourceNotFoundException"


@cache
def _schedule() -> Translation:
    renames = {
        "namePrefix": "",
        "region": "",
        "target.ecsParameters.capacityProviderStrategies": "CapacityProviderStrategy",
        "target.ecsParameters.placementStrategies": "PlacementStrategy",
        "target.sagemakerPipelineParameters": "SageMakerPipelineParameters",
        "target.sagemakerPipelineParameters.pipelineParameters": "PipelineParameterList",
    }
    return Translation(member_shape("scheduler", "CreateSchedule"), renames)


def _validate(properties: Properties, failures: list[Failure]) -> None:
    limits(_schedule)(properties, failures)
    failures.extend(schedule_failures(properties))


def _request(op: Operation, name: str) -> dict[str, Any]:
    return {**_schedule().to_aws(op.new), "Name": name, "GroupName": op.new.get("groupName") or "default"}


def _refuse(cloud: Cloud, request: dict[str, Any], operation: str) -> None:
    """What Scheduler checks when it takes a schedule: its way into the role, and the request it is to send."""
    target = request["Target"]
    context = {
        "aws:SourceAccount": cloud.account,
        "aws:SourceArn": f"arn:aws:scheduler:{cloud.region}:{cloud.account}:schedule-group/{request['GroupName']}",
    }
    trust = ""
    with absent("NoSuchEntity"):
        role = cloud.client("iam").get_role(RoleName=target["RoleArn"].rpartition("/")[2])["Role"]
        trust = read_document(role["AssumeRolePolicyDocument"])
    if not admits(trust or "{}", "scheduler.amazonaws.com", "sts:AssumeRole", "", context):
        why = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
        raise refusal("ValidationException", why, operation)
    fault = request_fault(target["Arn"], target.get("Input", ""))
    if fault:
        raise refusal("ValidationException", fault, operation)


def _create(op: Operation) -> str:
    request = _request(op, physical_name(op))
    _refuse(op.cloud, request, "CreateSchedule")
    op.cloud.client("scheduler").create_schedule(**request)
    return f"{request['GroupName']}/{request['Name']}"


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    group, _, name = resource_id.partition("/")
    with absent(_GONE):
        answer = cloud.client("scheduler").get_schedule(GroupName=group, Name=name)
        return {**_schedule().from_aws(answer, input_shape(_TOKEN)), "arn": answer["Arn"]}
    return None


def _update(op: Operation) -> None:
    """UpdateSchedule replaces the whole schedule: what it does not say goes back to its default."""
    request = _request(op, op.id.partition("/")[2])
    _refuse(op.cloud, request, "UpdateSchedule")
    op.cloud.client("scheduler").update_schedule(**request)


def _delete(op: Operation) -> None:
    group, _, name = op.id.partition("/")
    with absent(_GONE):
        op.cloud.client("scheduler").delete_schedule(GroupName=group, Name=name)


ROWS = (
    ResourceType(
        _TOKEN,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        local=frozenset({"namePrefix"}),
        filled=frozenset({"actionAfterCompletion", "groupName"}),
        same={"target.input": same_document},
    ),
)
