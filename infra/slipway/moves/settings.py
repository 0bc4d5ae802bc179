"""The weights of a name in a stack's settings file, edited as text: two numbers change, and nothing else. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from slipway.errors import BadInput

__all__ = ["Edit", "with_weights"]


@dataclass(frozen=True, slots=True)
class Edit:
    """The whole new text, and the lines that differ, each with - or + before it; none where nothing does."""

    text: str
    lines: tuple[str, ...]


def with_weights(text: str, path: Sequence[str], weights: Mapping[str, int]) -> Edit:
    """The settings with these weights in the map that the path of keys leads to.

    BadInput where they cannot be put there without touching anything else, such as behind an anchor.
    """
    advice = f"Write {', '.join(f'{key}: {weight}' for key, weight in weights.items())} there by hand."
    where = ".".join(path[1:])
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        for key in path:
            node = _child(node, key)
        places = {key: _child(node, key) for key in weights}
    except (yaml.YAMLError, KeyError):
        raise BadInput(f"{where} is not found in the settings", advice) from None
    changed = text
    for key, place in sorted(places.items(), key=lambda item: -item[1].start_mark.index):
        changed = changed[: place.start_mark.index] + str(weights[key]) + changed[place.end_mark.index :]
    if _plain(changed) != _set(_plain(text), path, weights):
        raise BadInput(f"{where} cannot be changed on its own", advice)
    lines = difflib.unified_diff(text.splitlines(), changed.splitlines(), n=0, lineterm="")
    return Edit(changed, tuple(line for line in lines if not line.startswith(("---", "+++", "@@"))))


def _child(node: yaml.Node | None, key: str) -> yaml.Node:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    for name, value in pairs:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            return value  # type: ignore[no-any-return]
    raise KeyError(key)


def _plain(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _set(document: object, path: Sequence[str], weights: Mapping[str, int]) -> object:
    if not isinstance(document, dict):
        return None
    if not path:
        return {**document, **weights}
    return {**document, path[0]: _set(document[path[0]], path[1:], weights)}
