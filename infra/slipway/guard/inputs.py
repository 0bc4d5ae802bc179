"""A resource's inputs, digested so that what a preview printed, a hook is given and a state holds agree. Pure.

What the three cannot show alike stays out: values not known before the apply, secrets, files, and what the provider
fills in by itself (which may be a random name, another one at each run).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from slipway.plan import Secret, Unknown

__all__ = ["digest", "open_places"]

# How values that JSON has no form for are marked in states and previews (pulumi/sdk, go/common/resource/sig.go).
_MARK = "4dabf18193072939515e22adb298388d"
_DEFAULTS = "__defaults"
_DIGITS = 32
_PLAIN = (bool, int, float, str, type(None))


def open_places(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """JSON pointers to what of a preview's new inputs is not known yet, secret, a file, or filled in by the provider.

    A secret or a file opens the whole input that it stands in: the engine's SDK lifts a secret there.
    """
    found: set[str] = {f"/{_escaped(str(key))}" for key in inputs.get(_DEFAULTS) or ()}
    for key, value in inputs.items():
        at = f"/{_escaped(key)}"
        for place, kind in _opaque(value, at):
            found.add(at if kind is Secret else place)
    return tuple(sorted(place for place in found if not _is_below(place, found)))


def digest(inputs: Mapping[str, Any] | None, leave_out: Collection[str] = ()) -> str:
    """A digest of inputs without what JSON pointers name, and without what cannot be told (`open_places` says what)."""
    shown = json.dumps(_shown(inputs or {}, "", frozenset(leave_out)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(shown.encode()).hexdigest()[:_DIGITS]


def _opaque(value: object, at: str) -> Iterator[tuple[str, type]]:
    """What of a value cannot be told, each with `Unknown`, or `Secret` for a secret or a file, in a preview's form, in
    a state's or as the SDK's object."""
    if isinstance(value, Unknown):
        yield at, Unknown
    elif _is_marked(value) or not isinstance(value, (*_PLAIN, dict, list)):
        yield at, Secret
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _opaque(item, f"{at}/{_escaped(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _opaque(item, f"{at}/{index}")


def _shown(value: object, at: str, leave_out: frozenset[str]) -> object:
    """A value in the one form that it is digested in; what is left out or cannot be told is only said to be there."""
    if at in leave_out:
        return "?"
    if isinstance(value, Mapping) and not _is_marked(value):
        kept = {
            key: _shown(item, f"{at}/{_escaped(key)}", leave_out)
            for key, item in value.items()
            if not key.startswith("__") and item is not None
        }
        return kept if at else {key: _closed(value[key], item) for key, item in kept.items()} | _absent(leave_out)
    if isinstance(value, list | tuple):
        return [_shown(item, f"{at}/{index}", leave_out) for index, item in enumerate(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # The engine's wire has numbers of one kind.
    return value if isinstance(value, _PLAIN) else "?"


def _closed(raw: object, shown: object) -> object:
    """An input with a secret anywhere is a secret as a whole to a hook."""
    return "?" if any(kind is Secret for _, kind in _opaque(raw, "/")) else shown


def _absent(leave_out: frozenset[str]) -> dict[str, object]:
    """What is open may also be absent in the end: both look the same."""
    return {_unescaped(place[1:]): "?" for place in leave_out if place.count("/") == 1}


def _is_marked(value: object) -> bool:
    return isinstance(value, Mapping) and _MARK in value


def _is_below(place: str, places: Collection[str]) -> bool:
    parts = place.split("/")
    return any("/".join(parts[:length]) in places for length in range(2, len(parts)))


def _escaped(key: str) -> str:
    """RFC 6901."""
    return key.replace("~", "~0").replace("/", "~1")


def _unescaped(key: str) -> str:
    return key.replace("~1", "/").replace("~0", "~")
