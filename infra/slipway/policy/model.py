"""What rules are asked about, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from slipway.plan import Value

__all__ = ["Level", "Resource", "Stack", "Violation"]


class Level(Enum):
    """Where a violation stops the update; elsewhere it is told, and the update goes on."""

    MANDATORY = "mandatory in every stack"
    GUARDED = "mandatory where slipway:guarded is true, advisory elsewhere"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack.

    A rule for single resources sees the inputs, as the provider has checked and completed them. A rule for the stack
    sees the outputs, and in `sources`, for each input, the URNs of the resources that its value was computed from.
    `provider` holds the inputs of the provider, the region among them. `secrets` are the texts among the properties
    that the program declared secret: rules may judge them, and no message may show them.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Value]
    protect: bool = False
    delete_first: bool = False
    provider: Mapping[str, Value] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stack:
    """Every resource of a stack, as the preview expects it or the update left it."""

    resources: tuple[Resource, ...]

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in the engine's order."""
        return (resource for resource in self.resources if resource.type in types)

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """Each resource under its URN."""
        return {resource.urn: resource for resource in self.resources}


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, in words that begin with the resource's name, and what to do instead. `urn` is "" where it is
    about the stack as a whole."""

    urn: str
    message: str
    advice: str
