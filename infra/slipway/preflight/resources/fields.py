"""Reading single properties: a value of the wrong type is taken as unknown, never as absent, and nothing raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from slipway.plan import Secret, State, Unknown, UnknownKind, Value
from slipway.plan.values import EMPTY

__all__ = [
    "NOT_KNOWN", "Flag", "Number", "Reference", "Text", "computed", "flag", "items", "mapping", "number", "reference",
    "text",
]  # fmt: skip

Text: TypeAlias = "str | Unknown | None"
Flag: TypeAlias = "bool | Unknown"
Number: TypeAlias = "int | float | Unknown | None"
NOT_KNOWN = Unknown(UnknownKind.STRING, "")
_LARGEST = 2**63
_MASKED = Unknown(UnknownKind.STRING, "[secret]")


class Reference(msgspec.Struct, frozen=True, gc=False):
    """How one resource names another: by a value or, while that is unknown, by the resources it is computed from."""

    value: Text
    sources: tuple[str, ...] = ()

    @property
    def known(self) -> str | None:
        """The value, if it is known."""
        return self.value if isinstance(self.value, str) else None


def text(value: Value) -> Text:
    """A text, None where there is none (the empty text counts as none), unknown for anything else."""
    if isinstance(value, str):
        return value or None
    if value is None or isinstance(value, Unknown):
        return value
    return _MASKED if isinstance(value, Secret) else NOT_KNOWN


def reference(state: State, key: str, value: Text) -> Reference:
    """How the input `key`, or a part of it, names another resource. A value that is there and is no text was computed
    from nothing: it leads nowhere."""
    nowhere = isinstance(value, Unknown) and value == NOT_KNOWN
    return Reference(value, () if nowhere else state.sources(key))


def flag(value: Value, default: bool) -> Flag:
    """A boolean; `default` where it is not given."""
    if value is None:
        return default
    return value if isinstance(value, (bool, Unknown)) else NOT_KNOWN


def number(value: Value) -> Number:
    """A number; AWS's own are sometimes printed as text. What is past all reason counts as of a wrong type."""
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if -_LARGEST < value < _LARGEST else NOT_KNOWN
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        return int(value)
    return value if isinstance(value, Unknown) else NOT_KNOWN


def items(value: Value) -> Sequence[Value]:
    """The items of a list; of a single object (a bridge prints lists of at most one flat) that one; unknown as one
    unknown item."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def mapping(value: Value) -> Mapping[str, Value]:
    """An object's properties; a list of one object is that object; none for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else EMPTY


def computed(key: str, state: State, kept: State | None) -> Text:
    """A value AWS decides: from the outputs or, in place of the new side's missing ones, from what was `kept`."""
    for source in (state, kept):
        if source is not None and (value := source.outputs.get(key)) is not None:
            return text(value)
    return NOT_KNOWN
