"""Athena's workgroups: their settings enforced, and all that an update may change.

MiniStack 1.5.33 runs a query of any workgroup, also of one that is not there; takes the result's place from the request
before the workgroup's; and forgets members of an update. Sources: Athena API Reference, UpdateWorkGroup and
StartQueryExecution; Athena user guide, *Override client-side settings*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import athena

__all__ = ["install", "limit_here"]

_start: Callable[[dict[str, Any]], Any] = athena._start_query_execution
# A query's task begins with the context of the request that started it.
_limit: ContextVar[int | None] = ContextVar("limit", default=None)


def install() -> None:
    """Put it into MiniStack."""
    athena._start_query_execution = _started
    athena._update_workgroup = _updated
    athena._delete_workgroup = _deleted


def limit_here() -> int | None:
    """The bytes that the query of this task may scan; None: any number."""
    return _limit.get()


def _started(data: dict[str, Any]) -> Any:
    group = athena._workgroups.get(data.get("WorkGroup", "primary"))
    if group is None:
        return _refused(f"WorkGroup {data.get('WorkGroup')} is not found.")
    if group["State"] != "ENABLED":
        return _refused(f"WorkGroup {group['Name']} is disabled.")
    settings: Mapping[str, Any] = group.get("Configuration") or {}
    _limit.set(settings.get("BytesScannedCutoffPerQuery"))
    if settings.get("EnforceWorkGroupConfiguration", True) and settings.get("ResultConfiguration"):
        data = {**data, "ResultConfiguration": settings["ResultConfiguration"]}
    return _start(data)


def _updated(data: dict[str, Any]) -> Any:
    group = athena._workgroups.get(data.get("WorkGroup"))
    if group is None:
        return _refused(f"WorkGroup {data.get('WorkGroup')} is not found.")
    group.update({name: data[name] for name in ("Description", "State") if name in data})
    updates = dict(data.get("ConfigurationUpdates") or {})
    settings = group.setdefault("Configuration", {})
    result = updates.pop("ResultConfigurationUpdates", None)
    _change(settings, updates)
    if result is not None:
        _change(settings.setdefault("ResultConfiguration", {}), result)
    return athena.json_response({})


def _change(settings: dict[str, Any], updates: Mapping[str, Any]) -> None:
    """Set what is named, and take away what is named by `Remove...`."""
    for name, value in updates.items():
        if name.startswith("Remove"):
            if value:
                settings.pop(name.removeprefix("Remove"), None)
        else:
            settings[name] = value


def _deleted(data: dict[str, Any]) -> Any:
    """A workgroup goes with what is in it only if that is said."""
    name = data.get("WorkGroup")
    if name == "primary":
        return _refused("Cannot delete primary workgroup")
    held = [
        (store, key)
        for store in (athena._named_queries, athena._executions)
        for key, each in store.items()
        if each.get("WorkGroup") == name
    ]
    if held and not data.get("RecursiveDeleteOption"):
        return _refused(f"WorkGroup {name} is not empty")
    for store, key in held:
        del store[key]
    athena._workgroups.pop(name, None)
    athena._tags.pop(athena._arn_workgroup(name), None)
    return athena.json_response({})


def _refused(why: str) -> Any:
    return athena.error_response_json("InvalidRequestException", why, 400)
