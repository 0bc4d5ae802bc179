"""Inputs as a preview prints them, as a hook is given them and as a state holds them come to one digest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.guard.inputs import digest, open_places
from slipway.plan import SECRET, Unknown, UnknownKind

ANY = Unknown(UnknownKind.STRING, UnknownKind.STRING.value)
MARK = "4dabf18193072939515e22adb298388d"
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=3), inner, max_size=3),
    max_leaves=8,
)
inputs = st.dictionaries(st.text("abc/~", min_size=1, max_size=3), values, max_size=4)


class Lifted:
    """What the SDK hands over for a secret: an object that says nothing."""


def as_a_hook_has_it(value: Any) -> Any:
    """The engine's wire has floating numbers alone, and keeps no order of keys."""
    if isinstance(value, dict):
        return {key: as_a_hook_has_it(item) for key, item in reversed(value.items())}
    if isinstance(value, list):
        return [as_a_hook_has_it(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(inputs)
def test_preview_and_hook_agree(known: dict[str, Any]) -> None:
    assert digest(known, open_places(known)) == digest(as_a_hook_has_it(known), open_places(known))


@given(inputs, st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 9))
def test_another_value_is_another_digest(known: dict[str, Any], key: str, one: int, other: int) -> None:
    assert (digest({**known, key: one}) == digest({**known, key: other})) is (one == other)


@pytest.mark.parametrize("real", ["arn:aws:x", 7, ["a"], {"deep": True}])
def test_what_is_not_known_yet_may_be_anything(real: object) -> None:
    before = {"name": "a", "list": [{"id": ANY, "port": 80}]}
    assert open_places(before) == ("/list/0/id",)
    after = {"name": "a", "list": [{"id": real, "port": 80.0}]}
    assert digest(before, open_places(before)) == digest(after, open_places(before))
    other = {"name": "a", "list": [{"id": real, "port": 81.0}]}
    assert digest(before, open_places(before)) != digest(other, open_places(before))


def test_what_is_not_known_yet_may_be_absent_in_the_end() -> None:
    before = {"name": "a", "comment": ANY}
    assert digest(before, open_places(before)) == digest({"name": "a"}, open_places(before))


def test_input_more_than_approved_is_another_digest() -> None:
    before = {"name": "a", "comment": ANY}
    assert digest(before, open_places(before)) != digest({"name": "a", "force": True}, open_places(before))


def test_secret_is_the_same_in_a_preview_a_hook_and_a_state() -> None:
    printed = {"name": "a", "tags": {"key": SECRET, "plain": "b"}}
    given_to_a_hook = {"name": "a", "tags": Lifted()}
    held = {"name": "a", "tags": {"key": {MARK: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}}}
    assert open_places(printed) == ("/tags",)
    assert digest(printed) == digest(given_to_a_hook) == digest(held)
    assert digest(printed, ("/tags",)) == digest(given_to_a_hook, ("/tags",))


def test_what_the_provider_fills_in_may_be_another_at_each_run() -> None:
    printed = {"__defaults": ["name"], "name": "b-1a2b3c", "acl": "private"}
    real = {"__defaults": ["name"], "name": "b-9f8e7d", "acl": "private"}
    assert digest(printed, open_places(printed)) == digest(real, open_places(printed))


def test_places_are_pointers_that_keys_with_slashes_do_not_confuse() -> None:
    assert open_places({"a/b": {"c~d": ANY}}) == ("/a~1b/c~0d",)
