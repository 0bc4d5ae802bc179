"""Inputs before anything is planned: names, types, what is required, automatic names. No network.

Failures carry the property's path, so that the engine points at the line of thought that went wrong.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cloud.provider.paths import Path, written
from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.schema import Shape
from slipway.cloud.provider.translate import Failure, Unmapped
from slipway.cloud.provider.values import UNKNOWN, Asset, Properties

__all__ = ["DEFAULTS", "check", "named_by_program"]

# The bridged providers' own bookkeeping: which inputs the provider filled in. Kept the same, so that a preview made
# here reads like one made with the official plugin.
DEFAULTS = "__defaults"


def check(
    row: ResourceType, name: str, old: Properties, new: Properties, seed: bytes
) -> tuple[Properties, list[Failure]]:
    """The inputs with automatic names filled in, and every reason why they cannot be used."""
    failures = list(_mismatches(new, row.shape, ()))
    inputs = _named(row, name, old, {key: value for key, value in new.items() if value is not None}, seed)
    if not failures:
        try:
            row.validate({key: value for key, value in inputs.items() if key != DEFAULTS}, failures)
            if old:
                row.validate_change(old, inputs, failures)
        except Unmapped as error:
            failures.append(Failure(str(error), f"is not served by the local cloud for {row.token}"))
    return inputs, failures


def named_by_program(row: ResourceType, inputs: Properties) -> bool:
    """Whether the program wrote the physical name itself; without bookkeeping in the state it counts as automatic."""
    name, filled = row.facts.auto_name, inputs.get(DEFAULTS)
    return name is not None and name in inputs and isinstance(filled, list) and name not in filled


def _named(row: ResourceType, name: str, old: Properties, new: Properties, seed: bytes) -> Properties:
    """Give a nameless resource a name that no other has, and keep the one it already had."""
    filled: list[str] = []
    key = row.facts.auto_name
    prefixed = key is not None and new.get(f"{key}Prefix") is not None
    if key is not None and key not in new and not prefixed and key in row.shape.properties:
        kept = old.get(key) if key in (old.get(DEFAULTS) or []) else None
        new = {**new, key: kept or row.automatic_name(name, _suffix(name, seed))}
        filled.append(key)
    return {**new, DEFAULTS: filled}


def _suffix(name: str, seed: bytes) -> str:
    return hashlib.sha256(seed + name.encode()).hexdigest()[:7]


def _mismatches(value: Mapping[str, Any], shape: Shape, path: Path) -> Iterator[Failure]:
    """Unknown, missing and ill-typed properties of one object, and of everything inside it."""
    for name in value:
        if name not in shape.properties and name != DEFAULTS:
            close = difflib.get_close_matches(name, shape.properties, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Failure(written((*path, name)), f"is not a property of this resource{hint}")
    for name in sorted(shape.required):
        if value.get(name) is None:
            yield Failure(written((*path, name)), "is required and missing")
    for name, inner in value.items():
        if inner is not None and name in shape.properties:
            yield from _mistyped(inner, shape.properties[name], (*path, name))


def _mistyped(value: Any, shape: Shape, path: Path) -> Iterator[Failure]:
    if value is UNKNOWN or shape.kind == "any":
        return
    if shape.kind == "object" and isinstance(value, Mapping):
        yield from _mismatches(value, shape, path)
    elif shape.kind in ("list", "map") and shape.element is not None and _fits(value, shape.kind):
        items = enumerate(value) if isinstance(value, list) else value.items()
        for key, item in items:
            if item is not None:
                yield from _mistyped(item, shape.element, (*path, key))
    elif not _fits(value, shape.kind):
        yield Failure(written(path), f"must be a {shape.kind}, not {_kind_of(value)}")


def _fits(value: Any, kind: str) -> bool:
    """Pulumi's schema lets numbers and booleans be written as text, and the bridge takes them."""
    match kind:
        case "string":
            return isinstance(value, str | int | float | bool)
        case "number":
            return isinstance(value, int | float) or (isinstance(value, str) and _is_number(value))
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "list":
            return isinstance(value, list)
        case "asset":
            return isinstance(value, Asset)
        case _:
            return isinstance(value, Mapping)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kind_of(value: Any) -> str:
    names = {str: "text", bool: "a boolean", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object" if isinstance(value, Mapping) else "an asset")
