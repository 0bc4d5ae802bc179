"""The wire format of the engine."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from slipway.cloud.provider.values import UNKNOWN, Asset, from_wire, to_wire

scalars = st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20) | st.just(UNKNOWN)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=6), values, max_size=4))
def test_values_survive_the_wire(properties: dict[str, Any]) -> None:
    """What goes out comes back, unknowns included."""
    assert from_wire(to_wire(properties)) == properties


def test_every_kind_of_unknown_is_read_as_unknown() -> None:
    """A list that is not known yet has another sentinel than a text."""
    assert from_wire(to_wire({"a": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", "b": rpc.UNKNOWN})) == {
        "a": UNKNOWN,
        "b": UNKNOWN,
    }


def test_secrets_are_unwrapped() -> None:
    """The engine marks the results secret again; see `server`."""
    secret = {rpc._special_sig_key: rpc._special_secret_sig, "value": "hidden"}
    assert from_wire(to_wire({"a": secret})) == {"a": "hidden"}


def test_assets_are_equal_by_content() -> None:
    """Two texts with one content are one asset; a changed content is another."""
    kind = rpc._special_asset_sig
    assert Asset(kind, text="a") == Asset(kind, text="a", path="")
    assert Asset(kind, text="a") != Asset(kind, text="b")
    assert from_wire(to_wire({"source": Asset(kind, text="a")})) == {"source": Asset(kind, text="a")}
