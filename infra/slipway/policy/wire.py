"""The engine's analyzer messages as `Resource` and `Stack`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc
from pulumi.runtime.proto import analyzer_pb2

from slipway.plan import Value, leaves
from slipway.plan.values import freeze
from slipway.policy.model import Resource, Stack

__all__ = ["resource_of", "stack_of"]

_SIGNATURE = rpc._special_sig_key
_WRAPPED = (rpc._special_secret_sig, rpc._special_output_value_sig)
_SHORTEST = 4  # characters; a shorter secret is part of any text


def resource_of(message: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource) -> Resource:
    """One resource; only the message of a whole stack says what its values were computed from.

    Raises BadInput for properties that are nested past all reason.
    """
    secrets: set[str] = set()
    found = getattr(message, "propertyDependencies", {})
    return Resource(
        urn=message.urn,
        type=message.type,
        name=message.name,
        properties=_properties(message.properties, secrets),
        protect=message.options.protect,
        delete_first=message.options.deleteBeforeReplace,
        provider=_properties(message.provider.properties, secrets),
        sources={key: tuple(value.urns) for key, value in found.items()},
        secrets=frozenset(secrets),
    )


def stack_of(messages: Iterable[analyzer_pb2.AnalyzerResource]) -> Stack:
    """A whole stack. Raises BadInput as `resource_of` does."""
    return Stack(tuple(resource_of(message) for message in messages))


def _properties(struct: Any, secrets: set[str]) -> dict[str, Value]:
    value = freeze(_plain(MessageToDict(struct), secrets))
    return value if isinstance(value, dict) else {}


def _plain(value: Any, secrets: set[str]) -> Any:
    """JSON with secrets unwrapped, and remembered; an output without a value is not known."""
    if isinstance(value, list):
        return [_plain(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    signature = value.get(_SIGNATURE)
    if signature not in _WRAPPED:
        return {key: _plain(item, secrets) for key, item in value.items()}
    inner = _plain(value.get("value", rpc.UNKNOWN), secrets)
    if signature == rpc._special_secret_sig or value.get("secret"):
        secrets |= {leaf for leaf in leaves(inner) if isinstance(leaf, str) and len(leaf) >= _SHORTEST}
    return inner
