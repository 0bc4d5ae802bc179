"""Old inputs against new: the paths that differ, which of them force replacement, and in which direction. No network.

Sources: the facts table for what forces replacement; pulumi-terraform-bridge for the direction (a replacement is
delete-first when the program gave the physical name itself, `tfbridge/schema.go`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from slipway.cloud.provider.check import DEFAULTS, named_by_program
from slipway.cloud.provider.compare import equal
from slipway.cloud.provider.paths import Path, dotted, written
from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["Difference", "diff", "is_delete_first"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that differs. `replaces`: AWS cannot change it in place."""

    path: str
    property: str
    kind: Literal["add", "delete", "update"]
    replaces: bool


def diff(row: ResourceType, old: Properties, new: Properties, region: str) -> list[Difference]:
    """Every difference between recorded inputs and new ones, in path order. `region`: the provider's own."""
    names = sorted({*old, *new} - {DEFAULTS})
    return [found for name in names for found in _walk(row, old.get(name), new.get(name), (name,), new, region)]


def is_delete_first(row: ResourceType, new: Properties) -> bool:
    """Whether a replacement deletes the old resource before it creates the new one."""
    match row.facts.delete_before_replace:
        case "always":
            return True
        case "never":
            return False
        case "when_named":
            return named_by_program(row, new)


def _walk(row: ResourceType, old: Any, new: Any, path: Path, inputs: Properties, region: str) -> Iterator[Difference]:
    if new is not UNKNOWN and equal(row, old, new, path, inputs):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _walk(row, old.get(key), new.get(key), (*path, key), inputs, region)
    elif isinstance(old, list) and isinstance(new, list) and dotted(path) not in row.sets:
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            yield from _walk(row, before, after, (*path, index), inputs, region)
    else:
        kind: Literal["add", "delete", "update"] = "add" if old is None else "delete" if new is None else "update"
        yield Difference(written(path), str(path[0]), kind, _forces(row, old, new, path, inputs, region))


def _forces(row: ResourceType, old: Any, new: Any, path: Path, inputs: Properties, region: str) -> bool:
    """Whether the facts say so; a path inside a listed one counts, and so does a list that loses a listed member."""
    name = dotted(path)
    listed = any(name == fact or name.startswith(f"{fact}.") for fact in row.facts.replace_on)
    if not listed and (old is None or new is None):
        listed = any(fact.startswith(f"{name}.") and fact not in row.facts.defaults for fact in row.facts.replace_on)
    if not listed:
        return False
    if name == "region":
        return {old or region, new or region} != {region} and (old or region) != (new or region)
    if name == "expectedBucketOwner":
        return bool(old) or not new
    imported = inputs.get("certificateBody") is not None or inputs.get("privateKey") is not None
    return not (row.token == "aws:acm/certificate:Certificate" and imported)  # noqa: S105 a type token
