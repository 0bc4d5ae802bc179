"""Weights in a settings file: two numbers change, and nothing else, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.moves.settings import with_weights

PATH = ("config", "slipway:crates", "weights", "static.example.org")
WEIGHTS = {"cloudfront": 247, "second": 13}
BLOCK = """config:
  # who serves
  slipway:crates: &c
    weights:
      static.example.org:
        second: 55   # for now
        until: 2026-12-01
        'cloudfront': 0xC8
      other.example.org: {cloudfront: 1, second: 1}
"""
PRODUCTION = (Path(__file__).parents[2] / "Pulumi.production.yaml").read_text()


def test_flow_style_as_the_project_writes_it() -> None:
    edit = with_weights(PRODUCTION, PATH, WEIGHTS)
    assert edit.lines == (
        "-      static.example.org: {cloudfront: 200, second: 55}",
        "+      static.example.org: {cloudfront: 247, second: 13}",
    )
    assert edit.text == PRODUCTION.replace("{cloudfront: 200, second: 55}", "{cloudfront: 247, second: 13}")


def test_block_style_keeps_comments_order_and_the_day() -> None:
    edit = with_weights(BLOCK, PATH, WEIGHTS)
    assert edit.text == BLOCK.replace("second: 55 ", "second: 13 ").replace("0xC8", "247")


def test_weights_that_stand_there_are_no_edit() -> None:
    assert with_weights(PRODUCTION, PATH, {"cloudfront": 200, "second": 55}).lines == ()


@settings(deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_what_is_read_back_is_what_was_written(ours: int, theirs: int) -> None:
    text = with_weights(BLOCK, PATH, {"cloudfront": ours, "second": theirs}).text
    expected = yaml.safe_load(BLOCK)
    expected["config"]["slipway:crates"]["weights"]["static.example.org"] |= {"cloudfront": ours, "second": theirs}
    assert yaml.safe_load(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "config: {}",
        "config: [",
        BLOCK.replace("second: 55", "third: 55"),
        # One number for two names: changing it would change both.
        "config:\n  slipway:crates:\n    weights:\n      a.example.org: &w {cloudfront: 1, second: 2}\n"
        "      static.example.org: *w\n",
    ],
)
def test_what_cannot_be_changed_on_its_own_is_left(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        with_weights(text, PATH, WEIGHTS)
    assert refused.value.advice == "Write cloudfront: 247, second: 13 there by hand."
