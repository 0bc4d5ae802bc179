"""What a run of the engine has told of itself, event by event: its log, of which steps nobody knows how they ended, and
why the guard has stopped it.

An engine that is killed leaves the steps that were under way in the state. One whose plugin is killed, or cannot ask
AWS any more, takes them for failed, and leaves nothing, though AWS may have carried them out. Its log of events still
says which they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slipway.state import state_folder

__all__ = ["event_log", "lost", "refusal"]

_LOST = (
    *("error reading from server", "connection error", "transport is closing"),  # the plugin (google.golang.org/grpc)
    *("ExpiredToken", "failed to refresh cached credentials"),  # the credentials, in the second case for good
    *("request send failed", "i/o timeout", "connection reset"),  # the network (Go's, of the official plugin)
    *("Could not connect to the endpoint", "Connection was closed", "Read timeout"),  # the network (botocore)
)
"""How it is said that a plugin did not answer any more, or that AWS did not answer it."""
_BEFORE = 'before hook "'  # what failed is the guard's question: the step has not begun
_REFUSED = "slipway: no "  # how the guard begins, and the engine passes on
_WHY = re.compile(r"slipway: (no (?:create|update|delete) of .+?)(?:\. .*)?$")  # what comes after is its advice
_OPERATIONS = {
    "create": "creating",
    "create-replacement": "creating",
    "update": "updating",
}
_KEPT = ("urn", "type", "custom", "parent", "provider", "inputs")


def event_log(project: str, stack: str, variables: Mapping[str, str]) -> Path:
    """The file for the events of the last run of the engine on a stack, by this machine."""
    return state_folder("applies", variables) / project / f"{stack}.events"


def lost(lines: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """The creates and updates of which nobody knows how they ended, since the plugin was gone or could not ask AWS, in
    the form of a state's pending operations. Pure.

    Source: Pulumi, sdk/go/common/apitype/events.go. The last line may be half a line.
    """
    failed: dict[str, dict[str, Any]] = {}
    gone: set[str] = set()
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if told := event.get("diagnosticEvent"):
            message = told.get("message", "")
            if _BEFORE not in message and any(words in message for words in _LOST):
                gone.add(told.get("urn", ""))
        elif (step := event.get("resOpFailedEvent", {}).get("metadata")) and step["op"] in _OPERATIONS:
            failed[step["urn"]] = {"type": _OPERATIONS[step["op"]], "resource": _resource(step["new"] or {})}
    return tuple(operation for urn, operation in failed.items() if urn in gone)


def refusal(lines: Iterable[str]) -> str:
    """Why the guard has refused a step, the first if there were several; empty if it has not. Pure."""
    for line in lines:
        if _REFUSED in line and (found := _WHY.search(_message(line))):
            return found[1]
    return ""


def _message(line: str) -> str:
    try:
        told = json.loads(line).get("diagnosticEvent") or {}
    except ValueError:
        return ""
    return " ".join(str(told.get("message", "")).split())


def _resource(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in _KEPT if state.get(key)}
