"""Things that AWS describes by a flat map of texts: topics, subscriptions and queues, with one table a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slipway.cloud.provider.row import Operation
from slipway.cloud.provider.schema import Shape, input_shape
from slipway.cloud.provider.translate import Failure, Unmapped
from slipway.cloud.provider.values import UNKNOWN, Properties
from slipway.facts import facts_for

__all__ = ["Attributes"]


@dataclass(frozen=True, slots=True)
class Attributes:
    """How the inputs of a type are called among its attributes. `around`: inputs that are none."""

    token: str
    names: Mapping[str, str]
    around: frozenset[str] = frozenset()
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()  # what AWS or another resource says when the program does not

    def written(self, properties: Properties) -> dict[str, str]:
        """The attributes to send on create: the program's, and the defaults that the official provider sends."""
        return {self.names[name]: text for name, text in self._texts(properties).items() if text}

    def changed(self, op: Operation) -> dict[str, str]:
        """The attributes that an update sends; what the program no longer says goes back to its default, or to none."""
        before, after = self._texts(op.old), self._texts(op.new)
        names = sorted({*before, *after} - (self.filled - set(op.new)))
        return {self.names[name]: after.get(name, "") for name in names if before.get(name) != after.get(name)}

    def seen(self, attributes: Mapping[str, str]) -> Properties:
        """The inputs that these attributes stand for; an empty text is as good as absent."""
        shape = input_shape(self.token).properties
        found = {name: attributes.get(attribute, "") for name, attribute in self.names.items()}
        return {name: _typed(text, shape[name]) for name, text in found.items() if text}

    def failures(self, properties: Properties, failures: list[Failure]) -> None:
        """Append the numbers outside AWS's ranges; raises Unmapped for an input that is no attribute."""
        for name, value in properties.items():
            if name not in self.names and name not in self.around:
                raise Unmapped(name)
            low, high = self.ranges.get(name, (0, 0))
            if high and value is not None and value is not UNKNOWN and not low <= float(value) <= high:
                failures.append(Failure(name, f"{value} is outside what AWS allows: from {low} to {high}"))

    def _texts(self, properties: Properties) -> dict[str, str]:
        facts = facts_for(self.token)
        defaults = {k: v for k, v in (facts.defaults if facts else {}).items() if k in self.names and v is not False}
        known = {name: properties[name] for name in self.names if properties.get(name) not in (None, UNKNOWN)}
        return {name: _text(value) for name, value in {**defaults, **known}.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(text: str, shape: Shape) -> Any:
    if shape.kind == "boolean":
        return text.lower() == "true"
    return int(text) if shape.kind == "number" else text
