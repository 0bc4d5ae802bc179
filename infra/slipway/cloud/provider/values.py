"""Between the engine's wire format and plain Python: dict, list, str, int, float, bool, None, assets, UNKNOWN.

The SDK's own converter (`provider.experimental.property_value`) reads an unknown as ordinary text and drops the hash of
an asset, so a changed file would pass for unchanged; hence this small one, on the protocol's messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import ListValue, Struct, Value
from pulumi.runtime import rpc

__all__ = ["UNKNOWN", "Asset", "Properties", "Unknown", "from_wire", "items", "to_wire"]

Properties: TypeAlias = dict[str, Any]

_SIGNATURE = rpc._special_sig_key
_SECRET = rpc._special_secret_sig
_ASSETS = (rpc._special_asset_sig, rpc._special_archive_sig)
_OUTPUT = rpc._special_output_value_sig
# One sentinel a kind of value (boolean, number, text, list, asset, archive, object): pulumi/sdk/go/common/.../rpc.go.
_UNKNOWNS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


class Unknown:
    """A value that a preview cannot know yet. It equals nothing but itself, so it never passes for 'unchanged'."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive as the engine describes it; two are equal when their contents are."""

    signature: str
    hash: str = ""
    path: str = ""
    text: str = ""

    def content(self) -> bytes:
        """The bytes of a file or text asset; the paths are relative to the program, where the plugin runs."""
        return Path(self.path).read_bytes() if self.path else self.text.encode()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal; what the engine sent if it sent one."""
        return self.hash or hashlib.sha256(self.content()).hexdigest()


def items(properties: Mapping[str, Any], name: str) -> list[Any]:
    """The known elements of a list property: none when it is absent or not known yet."""
    value = properties.get(name)
    return [item for item in value if item is not UNKNOWN] if isinstance(value, list) else []


def from_wire(struct: Struct) -> Properties:
    """The plain values of a message. Secrets are unwrapped; the engine marks results secret again itself."""
    return {key: _plain(value) for key, value in struct.fields.items()}


def to_wire(values: Mapping[str, Any]) -> Struct:
    """The message of plain values; None is left out, as the official plugin does."""
    return Struct(fields={key: _wire(value) for key, value in values.items() if value is not None})


def _plain(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "number_value":  # the engine's numbers are all floats
            return int(value.number_value) if value.number_value.is_integer() else value.number_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_plain(item) for item in value.list_value.values]
        case "struct_value":
            return _plain_struct(value.struct_value)
        case _:
            return None


def _plain_struct(struct: Struct) -> Any:
    signature = struct.fields[_SIGNATURE].string_value if _SIGNATURE in struct.fields else ""
    if signature in _ASSETS:
        parts = {key: struct.fields[key].string_value for key in ("hash", "path", "text") if key in struct.fields}
        return Asset(signature, **parts)
    if signature == _SECRET or (signature == _OUTPUT and "value" in struct.fields):
        return _plain(struct.fields["value"])
    return UNKNOWN if signature == _OUTPUT else from_wire(struct)


def _wire(value: Any) -> Value:
    if value is UNKNOWN:
        return Value(string_value=rpc.UNKNOWN)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=float(value))
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Asset):
        parts = {"hash": value.hash, "path": value.path, "text": value.text}
        return Value(struct_value=to_wire({_SIGNATURE: value.signature, **{k: v for k, v in parts.items() if v}}))
    if isinstance(value, Mapping):
        return Value(struct_value=to_wire(value))
    if isinstance(value, list | tuple):
        return Value(list_value=ListValue(values=[_wire(item) for item in value]))
    if value is None:
        return Value(null_value=0)
    raise TypeError(f"no wire form for {type(value).__name__}")
