"""What differs between the old and the new inputs of one resource, leaf by leaf.

Leaves matter: a distribution whose cache behaviour has a new function *and* a new TTL differs twice under one input,
and only one of the two may be another step's doing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from slipway.plan import SECRET, Secret, Unknown, Value, is_internal
from slipway.preflight.edits import Action, Edit

__all__ = ["ABSENT", "Absent", "Difference", "differences", "is_cosmetic"]

_ASSET = "4dabf18193072939515e22adb298388d"  # The key that marks an asset or archive; its `hash` is its content.
_COSMETIC = frozenset({"tags", "tagsAll", "defaultTags", "comment", "description", "alarmDescription"})


class Absent(Enum):
    """The side of a difference on which there is nothing."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Side: TypeAlias = "Value | Absent"


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf that differs. `key` is the input it lies under, `path` the whole way down, without list indices."""

    key: str
    path: str
    old: Side
    new: Side


def differences(edit: Edit) -> tuple[Difference, ...]:
    """Every leaf in which the new inputs differ from the old, and every input the engine says differs though the
    preview shows no difference (a masked secret, a drifted output)."""
    old, new = edit.old_inputs, edit.new_inputs
    found = [d for key in sorted(old.keys() | new.keys()) for d in _key(key, old.get(key), new.get(key))]
    if edit.action in (Action.CREATE, Action.DELETE):
        return tuple(found)
    seen = {difference.key for difference in found}
    told = dict.fromkeys(re.split(r"[.\[]", reason, maxsplit=1)[0] for reason in edit.reasons)
    missing = [key for key in told if key not in seen and not is_internal(key)]
    hidden = [Difference(key, key, old.get(key), new.get(key)) for key in missing if key in old or key in new]
    computed = [Difference(key, key, None, None) for key in missing if key not in old and key not in new]
    # An output listed beside real input differences only echoes them; alone it is all there is to go by.
    return tuple(found + hidden) or tuple(computed)


def is_cosmetic(difference: Difference) -> bool:
    """Whether it is about labels that no request ever meets: tags, comments, descriptions."""
    return difference.key in _COSMETIC


def _key(key: str, old: Value, new: Value) -> Iterator[Difference]:
    return iter(()) if is_internal(key) else _walk(key, key, old, new)


def _walk(key: str, path: str, old: Value, new: Value) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and _ASSET not in old and _ASSET not in new:
        for name in sorted(old.keys() | new.keys()):
            if not is_internal(name):
                yield from _walk(key, f"{path}.{name}", old.get(name), new.get(name))
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _lists(key, path, old, new)
    elif isinstance(new, Unknown) or _canonical(old) != _canonical(new):
        yield Difference(key, path, ABSENT if old is None else old, ABSENT if new is None else new)


def _lists(key: str, path: str, old: tuple[Value, ...], new: tuple[Value, ...]) -> Iterator[Difference]:
    """Equal elements pair off wherever they stand; the others are compared in order, the surplus came or went."""
    was, now = _surplus(old, new), _surplus(new, old)
    for before, after in zip(was, now, strict=False):
        yield from _walk(key, path, before, after)
    for before in was[len(now) :]:
        yield Difference(key, path, before, ABSENT)
    for after in now[len(was) :]:
        yield Difference(key, path, ABSENT, after)


def _surplus(of: tuple[Value, ...], against: tuple[Value, ...]) -> list[Value]:
    others = Counter(_canonical(item) for item in against)
    rest = []
    for item in of:
        form = _canonical(item)
        if others[form] and not isinstance(item, Unknown):
            others[form] -= 1
        else:
            rest.append(item)
    return rest


def _canonical(value: Value) -> str:
    """A text that two values share exactly if they are equal. An asset is its content, wherever it was read from."""
    match value:
        case Mapping():
            if _ASSET in value and value.get("hash"):
                return f"asset {value['hash']!r}"
            kept = sorted((k, _canonical(v)) for k, v in value.items() if v is not None and not is_internal(k))
            return repr(kept)
        case tuple():
            return repr([_canonical(item) for item in value])
        case Secret():
            return repr(SECRET)
        case float() if value.is_integer():
            return repr(int(value))
        case _:
            return repr(value)
