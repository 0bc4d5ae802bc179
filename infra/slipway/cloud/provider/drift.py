"""What the world holds, in the terms of the program's inputs: for refresh, import, and the state after a call.

The world always holds more than the program wrote: defaults, computed values. So a property the program did not write
counts as changed behind Pulumi's back only when it differs from what was recorded after Pulumi's own last call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slipway.cloud.provider.check import DEFAULTS
from slipway.cloud.provider.compare import equal
from slipway.cloud.provider.paths import Path, dotted
from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.values import Properties

__all__ = ["merged", "seen_inputs"]


def seen_inputs(row: ResourceType, live: Properties, inputs: Properties, recorded: Properties) -> Properties:
    """The inputs that would have made the world as it is. Unchanged properties keep the program's own spelling."""
    held = {DEFAULTS, "region", *row.local}  # the region is where the resource was looked for
    seen: Properties = {key: inputs[key] for key in sorted(held) if key in inputs}
    for name in row.shape.properties:
        if name in held or (name in row.elsewhere and name not in inputs):
            continue
        value = _seen(row, live.get(name), inputs.get(name), recorded.get(name), (name,), inputs)
        if value is not None:
            seen[name] = value
    if not inputs:  # an import: nothing is known to have been named automatically
        seen[DEFAULTS] = []
    return seen


def merged(row: ResourceType, live: Any, inputs: Any, path: Path = ()) -> Any:
    """The state to record: what the program wrote, and around it what the world added."""
    if isinstance(live, Mapping) and isinstance(inputs, Mapping):
        keys = (*inputs, *(key for key in live if key not in inputs))
        return {key: merged(row, live.get(key), inputs.get(key), (*path, key)) for key in keys if key != DEFAULTS}
    if isinstance(live, list) and isinstance(inputs, list) and len(live) == len(inputs):
        if dotted(path) in row.sets:
            live = _in_order(row, live, inputs, path)
        return [merged(row, a, b, (*path, i)) for i, (a, b) in enumerate(zip(live, inputs, strict=True))]
    return live if inputs is None else inputs


def _in_order(row: ResourceType, live: list[Any], inputs: list[Any], path: Path) -> list[Any]:
    """A set's live members in the order in which the program wrote the ones they match."""
    left, ordered = list(live), []
    for item in inputs:
        match = next((other for other in left if _seen(row, other, item, other, (*path, 0), {}) == item), left[0])
        ordered.append(match)
        left.remove(match)
    return ordered


def _seen(row: ResourceType, live: Any, mine: Any, recorded: Any, path: Path, inputs: Properties) -> Any:
    if mine is None:
        if recorded is None and live in (None, "", [], {}, False):
            return None
        return None if equal(row, recorded, live, path, inputs) else live
    if equal(row, mine, live, path, inputs) or (live is None and dotted(path) in row.write_only):
        return mine
    if isinstance(live, Mapping) and isinstance(mine, Mapping):
        before = recorded if isinstance(recorded, Mapping) else {}
        found = {k: _seen(row, live.get(k), mine.get(k), before.get(k), (*path, k), inputs) for k in {**mine, **live}}
        return {key: value for key, value in found.items() if value is not None}
    if isinstance(live, list) and isinstance(mine, list):
        return _seen_list(row, live, mine, recorded if isinstance(recorded, list) else [], path, inputs)
    return live


def _seen_list(
    row: ResourceType, live: list[Any], mine: list[Any], recorded: list[Any], path: Path, inputs: Properties
) -> list[Any]:
    """Pair what is there with what was written: by position, or for a set by whichever member it matches."""
    if dotted(path) not in row.sets:
        padded = [*recorded, *[None] * len(live)]
        wrote = [*mine, *[None] * len(live)]
        found = [_seen(row, v, wrote[i], padded[i], (*path, i), inputs) for i, v in enumerate(live)]
        return [item for item in found if item is not None]
    left, kept = list(live), []
    for index, item in enumerate(mine):
        before = recorded[index] if index < len(recorded) else None
        for other in left:
            if _seen(row, other, item, before, (*path, 0), inputs) == item:
                kept.append(item)
                left.remove(other)
                break
    return kept + left
