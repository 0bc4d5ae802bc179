"""Property values as a preview prints them: JSON, with two kinds of value that JSON cannot say.

A value that is not known before the apply is printed as a sentinel string, one per kind of value. The engine's own
printer uses the one for strings whatever the kind; the others come from providers and programs in other languages
(pulumi/sdk, go/common/resource/plugin/rpc.go). A sentinel may also stand *inside* a string that a program put
together, so a string that merely contains one is unknown as well. Secrets are printed as `[secret]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias, cast

import msgspec

from slipway.errors import BadInput
from slipway.plan.urn import urn_name

__all__ = [
    "EMPTY", "NOTHING", "SECRET", "Secret", "Unknown", "UnknownKind", "Value", "as_value", "freeze", "is_internal",
    "is_plain", "leaves", "properties",
]  # fmt: skip

MAX_DEPTH = 100  # The deepest AWS property (a nested web ACL statement) needs about thirty levels.


class UnknownKind(Enum):
    """What an unknown value will be once it is known, by the sentinel that stands for it."""

    BOOL = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
    NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
    STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    ARRAY = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"
    ASSET = "030794c1-ac77-496b-92df-f27374a8bd58"
    ARCHIVE = "e48ece36-62e2-4504-bad9-02848725956a"
    OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"


_SENTINEL = re.compile("|".join(kind.value for kind in UnknownKind))


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """Any value at all. `text` is what the preview printed: the sentinel, alone or with known text around it."""

    kind: UnknownKind
    text: str


class Secret(msgspec.Struct, frozen=True, gc=False):
    """A value the engine masked: whether two of them differ, only the engine's own diff can say."""


SECRET = Secret()
Value: TypeAlias = "bool | int | float | str | Unknown | Secret | list[Value] | dict[str, Value] | None"
EMPTY: dict[str, Value] = {}
NOTHING = msgspec.Raw(b"{}")
_decode = msgspec.json.Decoder().decode


def properties(raw: msgspec.Raw, urn: str) -> dict[str, Value]:
    """The properties of a resource, decoded. Raises BadInput if they are no JSON object, or nested past all reason."""
    if raw is NOTHING:
        return EMPTY
    text = bytes(raw)
    try:
        decoded = _decode(text)
    except (ValueError, RecursionError, msgspec.MsgspecError):  # The grammar is right: bytes that are no text, say.
        decoded = raw
    if decoded is None:
        return EMPTY
    if not isinstance(decoded, dict):
        raise BadInput(f"the properties of {urn_name(urn)!r} are not a JSON object")
    return cast("dict[str, Value]", decoded if is_plain(text) else freeze(decoded))


def is_plain(text: bytes) -> bool:
    """Whether JSON surely holds no sentinel (a version 4 UUID, or spelled with escapes), no secret and no depth."""
    if b"-4" in text or b"[secret]" in text or b"\\u" in text:
        return False
    return len(text) <= 2 * MAX_DEPTH or text.count(b"{") + text.count(b"[") <= MAX_DEPTH


def freeze(raw: object, depth: int = 0) -> Value:
    """Decoded JSON with its sentinels told apart; BadInput when it is nested past all reason."""
    if isinstance(raw, str):
        return as_value(raw)
    if depth > MAX_DEPTH:
        raise BadInput(f"a property in the preview is nested more than {MAX_DEPTH} levels deep")
    if isinstance(raw, dict):
        return {key: freeze(value, depth + 1) for key, value in raw.items()}
    if isinstance(raw, list):
        return [freeze(item, depth + 1) for item in raw]
    return cast("bool | int | float | None", raw)


def as_value(raw: str) -> Value:
    """A text, or what it stands for."""
    if len(raw) >= 36 and (found := _SENTINEL.search(raw)):
        return Unknown(UnknownKind(found.group()), raw)
    return SECRET if raw == "[secret]" else raw


def is_internal(key: str) -> bool:
    """Whether a property is bookkeeping (`__defaults`, `__meta`) that the engine itself leaves out of its diffs."""
    return key.startswith("__")


def leaves(value: Value) -> Iterator[bool | int | float | str | Unknown | Secret | None]:
    """Every scalar inside a value, bookkeeping left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not is_internal(key):
                yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value
