"""The JSON document of a preview -> `Plan`. Strict: a field of the wrong type is an error with its path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from slipway.errors import BadInput
from slipway.plan.complete import blocked_by_protection, check_complete
from slipway.plan.document import HOW, decode, one_line
from slipway.plan.model import AnyStep, Op, Plan, State, Step, UnknownStep
from slipway.plan.urn import ROOT_STACK_TYPE, parse_urn
from slipway.plan.values import EMPTY, Value, freeze

__all__ = ["read_plan"]

_OPS = {op.value: op for op in Op}
_VOLATILE = {"created", "modified", "sourcePosition", "stackTrace"}  # Differ between two previews of the same thing.


def read_plan(text: str) -> Plan:
    """The plan in the output of `pulumi preview --json --show-sames --show-replacement-steps`.

    Raises BadInput, one sentence, for anything else: not JSON, truncated, another schema, a failed preview, or one
    taken without those options.
    """
    document = decode(text)
    raw_steps = _list(document["steps"], "steps")
    steps = tuple(_step(raw, f"steps[{index}]") for index, raw in enumerate(raw_steps))
    project, stack = _project_and_stack(steps)
    blocked = blocked_by_protection(document, steps)
    if not blocked:
        check_complete(document, steps)
    return Plan(project, stack, steps, blocked, _digest(project, stack, raw_steps))


def _step(raw: object, path: str) -> AnyStep:
    fields = _object(raw, path)
    urn, op = _text(fields, "urn", path), _text(fields, "op", path)
    if parse_urn(urn) is None:
        raise BadInput(f"{path}.urn is not a Pulumi URN: {one_line(urn)}", HOW)
    if op not in _OPS:
        return UnknownStep(op, urn)
    old, new = (_state(fields.get(name), f"{path}.{name}") for name in ("oldState", "newState"))
    if old is None and new is None:
        raise BadInput(f"{path} has neither an old nor a new state", HOW)
    reasons = (_texts(fields, name, path) for name in ("diffReasons", "replaceReasons"))
    return Step(_OPS[op], urn, old, new, *reasons)


def _state(raw: object, path: str) -> State | None:
    if raw is None:
        return None
    fields = _object(raw, path)
    return State(
        urn=_text(fields, "urn", path),
        type=_text(fields, "type", path),
        custom=_flag(fields, "custom", path),
        external=_flag(fields, "external", path),
        id=freeze(_text(fields, "id", path, default="")) or None,
        inputs=_properties(fields, "inputs", path),
        outputs=_properties(fields, "outputs", path),
        parent=_text(fields, "parent", path, default=""),
        provider=_text(fields, "provider", path, default=""),
        dependencies=_texts(fields, "dependencies", path),
        property_dependencies=_edges(fields, path),
        protect=_flag(fields, "protect", path),
        retain_on_delete=_flag(fields, "retainOnDelete", path),
        deleted_with=_text(fields, "deletedWith", path, default=""),
        replace_with=_texts(fields, "replaceWith", path),
        aliases=_texts(fields, "aliases", path),
        view_of=_text(fields, "viewOf", path, default=""),
        delete=_flag(fields, "delete", path),
        pending_replacement=_flag(fields, "pendingReplacement", path),
        taint=_flag(fields, "taint", path),
        init_errors=_texts(fields, "initErrors", path),
    )


def _project_and_stack(steps: tuple[AnyStep, ...]) -> tuple[str, str]:
    """From the stack resource's URN; a destroy's preview holds it too. One document is about one stack."""
    if not steps:
        raise BadInput("this preview has no steps at all, not even the stack itself", HOW)
    urns = [parsed for step in steps if (parsed := parse_urn(step.urn))]
    homes = {(urn.project, urn.stack) for urn in urns}
    roots = {(urn.project, urn.stack) for urn in urns if urn.type == ROOT_STACK_TYPE}
    if not roots:
        raise BadInput("the preview has no step for the stack itself: it is not whole", HOW)
    if len(homes) > 1:
        names = ", ".join(sorted(one_line("/".join(home)) for home in homes))
        raise BadInput(f"the preview mixes resources of several stacks: {names}")
    return roots.pop()


def _digest(project: str, stack: str, raw_steps: list[object]) -> str:
    """SHA-256 over the canonical steps. The engine runs independent steps in parallel and prints them as they come,
    so only the order of one resource's own steps is content."""
    by_urn = sorted(raw_steps, key=lambda raw: str(cast("dict[str, object]", raw)["urn"]))
    canonical = [_without_volatile(cast("dict[str, object]", raw)) for raw in by_urn]
    bound = {"project": project, "stack": stack, "steps": canonical}
    return "sha256:" + hashlib.sha256(json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _without_volatile(step: dict[str, object]) -> dict[str, object]:
    return {
        key: {name: item for name, item in value.items() if name not in _VOLATILE}
        if key in ("oldState", "newState") and isinstance(value, dict)
        else value
        for key, value in step.items()
    }


def _object(raw: object, path: str) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise BadInput(f"{path} is not an object", HOW)
    return cast("dict[str, object]", raw)


def _list(raw: object, path: str) -> list[object]:
    if not isinstance(raw, list):
        raise BadInput(f"{path} is not a list", HOW)
    return raw


def _text(fields: dict[str, object], name: str, path: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise BadInput(f"{path}.{name} is {'missing' if value is None else 'not a string'}", HOW)
    return value


def _flag(fields: dict[str, object], name: str, path: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise BadInput(f"{path}.{name} is neither true nor false", HOW)
    return value


def _texts(fields: dict[str, object], name: str, path: str) -> tuple[str, ...]:
    value = fields.get(name)
    items = [] if value is None else _list(value, f"{path}.{name}")
    if not all(isinstance(item, str) for item in items):
        raise BadInput(f"{path}.{name} is not a list of strings", HOW)
    return tuple(cast("list[str]", items))


def _properties(fields: dict[str, object], name: str, path: str) -> Mapping[str, Value]:
    value = fields.get(name)
    return EMPTY if value is None else cast("Mapping[str, Value]", freeze(_object(value, f"{path}.{name}")))


def _edges(fields: dict[str, object], path: str) -> Mapping[str, tuple[str, ...]]:
    name = "propertyDependencies"
    value = fields.get(name)
    edges = {} if value is None else _object(value, f"{path}.{name}")
    return MappingProxyType({key: _texts(edges, key, f"{path}.{name}") for key in edges})
