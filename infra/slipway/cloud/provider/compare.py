"""Equality as the official provider has it: sets ignore order, defaults are as good as absent, documents are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slipway.cloud.provider.paths import Path, dotted
from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.values import Properties

__all__ = ["equal", "same_document", "same_host"]


def equal(row: ResourceType, old: Any, new: Any, path: Path, inputs: Properties) -> bool:
    """Whether two values of one property mean the same to AWS. `inputs` are the ones the new value belongs to."""
    name = dotted(path)
    if name in row.same and old is not None and new is not None:
        return row.same[name](old, new, inputs)
    if name in row.filled and new is None:
        return True
    default = row.facts.defaults.get(name)
    old = default if old is None else old
    new = default if new is None else new
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(equal(row, old.get(key), new.get(key), (*path, key), inputs) for key in {*old, *new})
    if isinstance(old, list) and isinstance(new, list):
        return _equal_lists(row, old, new, path, inputs)
    if row.empty_counts and ({} in (old, new)) and None in (old, new):
        return False
    if _empty(old) and _empty(new):
        return True
    return bool(old == new) or _scalar_text(old) == _scalar_text(new)


def _equal_lists(row: ResourceType, old: list[Any], new: list[Any], path: Path, inputs: Properties) -> bool:
    if len(old) != len(new):
        return False
    if dotted(path) not in row.sets:
        return all(equal(row, a, b, (*path, i), inputs) for i, (a, b) in enumerate(zip(old, new, strict=True)))
    left = list(new)
    for item in old:
        match = next((other for other in left if equal(row, item, other, (*path, 0), inputs)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _empty(value: Any) -> bool:
    """Absent, or the zero value of its type, which the official provider cannot tell from absent."""
    return value is None or not value


def _scalar_text(value: Any) -> object:
    """Numbers and booleans may have been written as text; anything else is only equal to itself."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float | str) else object()


def same_document(old: Any, new: Any, inputs: Properties) -> bool:
    """Whether two JSON documents say the same: white space, key order and one-element lists aside."""
    try:
        return bool(_canonical(json.loads(old)) == _canonical(json.loads(new)))
    except (TypeError, ValueError):
        return bool(old == new)


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_canonical(item) for item in value]
        return items[0] if len(items) == 1 else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return value


def same_host(old: Any, new: Any, inputs: Properties) -> bool:
    """Whether two DNS names are one: case and the closing dot do not count."""
    return str(old).rstrip(".").lower() == str(new).rstrip(".").lower()
