"""The type of a property: what the programs may write, and what the rows translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["ANY", "Kind", "Shape"]

Kind = Literal["string", "number", "boolean", "asset", "list", "map", "object", "any"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of one property: a scalar, a list or map of `element`, or an object with named `properties`."""

    kind: Kind
    element: Shape | None = None
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


ANY = Shape("any")
