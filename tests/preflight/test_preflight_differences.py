"""What counts as a difference between the old and the new inputs of a resource."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from slipway.plan import State
from slipway.preflight.differences import ABSENT, differences, is_cosmetic
from slipway.preflight.edits import Action, Edit

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ASSET = "4dabf18193072939515e22adb298388d"


def paths(old: dict[str, Any], new: dict[str, Any], reasons: tuple[str, ...] = ()) -> list[str]:
    return [difference.path for difference in found(old, new, reasons)]


def found(old: dict[str, Any], new: dict[str, Any], reasons: tuple[str, ...] = ()):
    states = (State("urn", "type", raw_inputs=msgspec.Raw(msgspec.json.encode(inputs))) for inputs in (old, new))
    return differences(Edit("urn", Action.UPDATE, *states, reasons, (), (0,)))


def test_the_path_leads_to_the_leaf_and_the_key_names_the_input():
    (only,) = found({"cache": {"ttl": 60, "min": 0}}, {"cache": {"ttl": 30, "min": 0}})
    assert (only.key, only.path, only.old, only.new) == ("cache", "cache.ttl", 60, 30)


def test_null_and_absent_are_the_same():
    assert paths({"a": None}, {}) == []


def test_bookkeeping_is_no_difference_at_any_depth():
    assert paths({"__defaults": ["a"], "b": {"__defaults": []}}, {"__defaults": [], "b": {"__defaults": ["c"]}}) == []


@pytest.mark.parametrize("value", [["a", "b"], [{"id": 1}, {"id": 2}], [1, 1, 2]])
def test_a_list_in_another_order_differs_only_if_the_engine_says_so(value):
    assert paths({"list": value}, {"list": value[::-1]}) == []
    assert paths({"list": value}, {"list": value[::-1]}, ("list",)) == ["list"]


def test_what_is_added_to_a_list_differs_as_a_whole_and_the_rest_not_at_all():
    (only,) = found({"list": [{"id": "a"}]}, {"list": [{"id": "new", "n": 1}, {"id": "a"}]})
    assert (only.old, dict(only.new)) == (ABSENT, {"id": "new", "n": 1})


def test_an_unknown_always_differs_even_from_another_one():
    assert paths({"a": UNKNOWN}, {"a": UNKNOWN}) == ["a"]
    assert paths({"a": [UNKNOWN]}, {"a": [UNKNOWN, UNKNOWN]}) == ["a", "a"]


def test_a_masked_secret_differs_when_the_engine_says_so():
    assert paths({"key": "[secret]"}, {"key": "[secret]"}) == []
    assert paths({"key": "[secret]"}, {"key": "[secret]"}, ("key",)) == ["key"]


def test_the_engines_nested_reason_names_its_input():
    assert paths({"a": [{"b": "[secret]"}]}, {"a": [{"b": "[secret]"}]}, ("a[0].b",)) == ["a"]


def test_an_output_that_differs_counts_only_when_nothing_else_does():
    assert paths({"a": 1}, {"a": 2}, ("a", "etag")) == ["a"]
    assert paths({"a": 1}, {"a": 1}, ("etag",)) == ["etag"]


def test_an_asset_is_its_content_wherever_it_was_read_from():
    here = {ASSET: "c44067f5952c0a294b673a41bacd8c17", "hash": "1", "path": "/one"}
    assert paths({"source": here}, {"source": {**here, "path": "/two"}}) == []
    assert paths({"source": here}, {"source": {**here, "hash": "2"}}) == ["source"]


@pytest.mark.parametrize(
    ("old", "new", "count"), [(1, 1.0, 0), (1, True, 1), (0, False, 1), ("1", 1, 1), (1e400, 2, 1)]
)
def test_numbers_are_equal_by_value_and_booleans_are_no_numbers(old, new, count):
    assert len(paths({"a": old}, {"a": new})) == count


@pytest.mark.parametrize("key", ["tags", "tagsAll", "comment", "description"])
def test_labels_are_cosmetic(key):
    (only,) = found({key: {"a": "b"}}, {key: {"a": "c"}})
    assert is_cosmetic(only)
