"""What differs between the old and the new inputs of one resource, leaf by leaf.

Leaves matter: a distribution whose cache behaviour has a new function *and* a new TTL differs twice under one input,
and only one of the two may be another step's doing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from enum import Enum
from typing import Final, TypeAlias

import msgspec

from slipway.errors import BadInput
from slipway.plan import Unknown, Value, is_internal, leaves
from slipway.plan.values import freeze
from slipway.preflight.edits import Action, Edit

__all__ = ["ABSENT", "Absent", "Difference", "differences", "is_cosmetic"]

_ASSET = "4dabf18193072939515e22adb298388d"  # The key that marks an asset or archive; its `hash` is its content.
_COSMETIC = frozenset({"tags", "tagsAll", "defaultTags", "comment", "description", "alarmDescription"})


class Absent(Enum):
    """The side of a difference on which there is nothing."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Side: TypeAlias = "Value | Absent"


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One leaf that differs. `key` is the input it lies under, `path` the whole way down, without list indices."""

    key: str
    path: str
    old: Side
    new: Side


def differences(edit: Edit) -> tuple[Difference, ...]:
    """Every leaf in which the new inputs differ from the old, and every input the engine says differs though the
    preview shows no difference (a masked secret, a drifted output)."""
    old, new = edit.old_inputs, edit.new_inputs
    plain = edit.new is None or edit.new.is_plain
    found = [d for key in sorted(old.keys() | new.keys()) for d in _key(key, old.get(key), new.get(key), plain)]
    if edit.action in (Action.CREATE, Action.DELETE):
        return tuple(found)
    seen = {difference.key for difference in found}
    told = dict.fromkeys(re.split(r"[.\[]", reason, maxsplit=1)[0] for reason in edit.reasons)
    # An explicit provider that changes replaces what it manages; that is no input, and the provider explains it.
    missing = [key for key in told if key not in seen and not is_internal(key) and not _is_provider(key, edit)]
    hidden = [Difference(key, key, old.get(key), new.get(key)) for key in missing if key in old or key in new]
    computed = [Difference(key, key, None, None) for key in missing if key not in old and key not in new]
    # An output listed beside real input differences only echoes them; alone it is all there is to go by.
    return tuple(found + hidden) or tuple(computed)


def _is_provider(key: str, edit: Edit) -> bool:
    return key == "provider" and key not in edit.old_inputs and key not in edit.new_inputs


def is_cosmetic(difference: Difference) -> bool:
    """Whether it is about labels that no request ever meets: tags, comments, descriptions."""
    return difference.key in _COSMETIC


def _key(key: str, old: Value, new: Value, plain: bool) -> Iterator[Difference]:
    # Most inputs of an edited resource are the same to the letter: that is seen faster than leaf by leaf.
    same = msgspec.json.encode(old) == msgspec.json.encode(new)
    if is_internal(key) or (same and (plain or not any(isinstance(leaf, Unknown) for leaf in leaves(new)))):
        return iter(())
    return _walk(key, key, old, new)


def _walk(key: str, path: str, old: Value, new: Value) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict) and _ASSET not in old and _ASSET not in new:
        for name in sorted(old.keys() | new.keys()):
            if not is_internal(name):
                yield from _walk(key, f"{path}.{name}", old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(key, path, old, new)
    elif isinstance(old, list) and isinstance(new, str):
        yield from _lists(key, path, old, [new])  # a policy's list of one is its element
    elif isinstance(old, str) and isinstance(new, list):
        yield from _lists(key, path, [old], new)
    elif (was := _document(old)) is not None and (now := _document(new)) is not None:
        yield from _walk(key, path, was, now)
    elif isinstance(new, Unknown) or _canonical(old) != _canonical(new):
        yield Difference(key, path, ABSENT if old is None else old, ABSENT if new is None else new)


def _document(value: Value) -> dict[str, Value] | None:
    """The document that a text holds: a policy is written as JSON, and one ARN more or less is no new policy."""
    if not isinstance(value, str) or not value.startswith("{"):
        return None
    try:
        found = freeze(msgspec.json.decode(value))
    except (ValueError, RecursionError, msgspec.MsgspecError, BadInput):
        return None
    return found if isinstance(found, dict) else None


def _lists(key: str, path: str, old: list[Value], new: list[Value]) -> Iterator[Difference]:
    """Equal elements pair off wherever they stand; the others are compared in order, the surplus came or went."""
    was, now = _surplus(old, new), _surplus(new, old)
    for before, after in zip(was, now, strict=False):
        yield from _walk(key, path, before, after)
    for before in was[len(now) :]:
        yield Difference(key, path, before, ABSENT)
    for after in now[len(was) :]:
        yield Difference(key, path, ABSENT, after)


def _surplus(of: list[Value], against: list[Value]) -> list[Value]:
    others = Counter(_canonical(item) for item in against)
    rest = []
    for item in of:
        form = _canonical(item)
        if others[form] and not isinstance(item, Unknown):
            others[form] -= 1
        else:
            rest.append(item)
    return rest


def _canonical(value: Value) -> Hashable:
    """What two values share exactly if they are equal. An asset is its content, wherever it was read from."""
    match value:
        case dict():
            if _ASSET in value and value.get("hash"):
                return dict, _canonical(value["hash"])
            return frozenset((k, _canonical(v)) for k, v in value.items() if v is not None and not is_internal(k))
        case list():
            return tuple(_canonical(item) for item in value)
        case bool():
            return bool, value  # else True would equal 1
        case float() if not value.is_integer():
            return float, repr(value)  # else NaN would differ from itself
        case _:
            return value
