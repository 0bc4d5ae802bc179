"""What EventBridge Scheduler demands of a schedule: its expression, its window, and the request it is to send.

Source: EventBridge Scheduler User Guide, Schedule types (rate, cron with six fields, at), Configuring flexible time
windows, and Using universal targets (`arn:aws:scheduler:::aws-sdk:SERVICE:ACTION`; calls that only read are not taken).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError

from slipway.cloud.provider.translate import Failure, service_model
from slipway.cloud.provider.values import Properties

__all__ = ["request_fault", "schedule_failures"]

_EXPRESSIONS = (
    r"rate\(([1-9]\d*) (minute|hour|day)s?\)",
    r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)",
)
_CRON = (  # minutes, hours, day of month, month, day of week, year
    r"[\d,*/-]+",
    r"[\d,*/-]+",
    r"[\d,*?/LW-]+",
    r"[\dA-Z,*/-]+",
    r"[\dA-Z,*?/L#-]+",
    r"[\d,*/-]+",
)
_READS = ("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "batchGet")


def schedule_failures(properties: Properties) -> Iterator[Failure]:
    """Expressions that are none, and a window that does not go with its mode."""
    expression, window = properties.get("scheduleExpression"), properties.get("flexibleTimeWindow")
    if isinstance(expression, str) and not _is_expression(expression):
        yield Failure("scheduleExpression", f"{expression!r} is no rate(...), at(...) or cron(...) with six fields")
    if isinstance(window, Mapping):
        minutes = window.get("maximumWindowInMinutes")
        if window.get("mode") == "FLEXIBLE" and minutes is None:
            yield Failure("flexibleTimeWindow.maximumWindowInMinutes", "is required in mode FLEXIBLE")
        if window.get("mode") == "OFF" and minutes is not None:
            yield Failure("flexibleTimeWindow.maximumWindowInMinutes", "is not taken in mode OFF")


def _is_expression(text: str) -> bool:
    if any(re.fullmatch(pattern, text) for pattern in _EXPRESSIONS):
        return True
    cron = re.fullmatch(r"cron\(([^)]*)\)", text)
    fields = cron[1].split() if cron else []
    if len(fields) != len(_CRON) or "?" not in (fields[2], fields[4]):  # one of the two days must be left open
        return False
    return all(re.fullmatch(pattern, field) for pattern, field in zip(_CRON, fields, strict=True))


def request_fault(target: str, text: str) -> str:
    """Why a universal target could not be called with this input; empty if it could, and for every other target."""
    match = re.fullmatch(r"arn:aws[a-z-]*:scheduler:::aws-sdk:(\w+):(\w+)", target)
    if match is None:
        return ""
    service, action = match[1], match[2]
    if action.startswith(_READS):
        return f"The service action {service}:{action} only reads, which a schedule cannot do."
    try:
        model = service_model(service).operation_model(action[0].upper() + action[1:])
    except (UnknownServiceError, OperationNotFoundError):
        return f"{target} is not a supported service action."
    try:
        request = json.loads(text or "{}")
    except ValueError:
        return "Invalid RequestJson provided. Reason: the input is no JSON document."
    return _request_fault(request, model.input_shape, f"api '{action}' for the service '{service}'")


def _request_fault(request: Any, shape: Any, api: str) -> str:
    """Members that the API does not have, and required ones that are missing (AWS fills idempotency tokens itself)."""
    if not isinstance(request, Mapping) or shape is None or shape.type_name != "structure":
        return ""
    known = {name.lower(): inner for name, inner in shape.members.items()}
    for name, value in request.items():
        if name.lower() not in known:
            return f"Invalid RequestJson provided. Reason: the field '{name}' is not supported for {api}."
        fault = _request_fault(value, known[name.lower()], api)
        if fault:
            return fault
    given = {name.lower() for name in request}
    missing = [name for name in shape.required_members if name.lower() not in given]
    return f"Invalid RequestJson provided. Reason: the field '{missing[0]}' is required for {api}." if missing else ""
