"""Real previews, harmed in every way that `hostile.mutations` knows: a verdict or bad input, never anything else.

`judge` is the property: no exception but BadInput, no rule that fails, no end that does not come, and no report that
acts on its reader.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hostile.mutations import mutated, torn
from hostile.outcome import BAD_INPUT, judge
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FOUND = Path(__file__).parent / "found"
CASES = sorted((Path(__file__).parents[1] / "cases").glob("*/preview.json"))
NIGHTLY = settings.get_current_profile_name() == "nightly"
# Every run of `make test` does the same harm; the nightly profile does other each time.
AMOUNT = settings(max_examples=50_000) if NIGHTLY else settings(max_examples=150, derandomize=True, database=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(AMOUNT, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(CASES), st.randoms(use_true_random=False), st.integers(1, 5))
def test_a_preview_that_came_to_harm_is_judged_or_turned_away(case: Path, random: Random, times: int):
    judge(json.dumps(mutated(case.read_text(), random, times)))


@settings(AMOUNT, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(CASES), st.randoms(use_true_random=False))
def test_a_text_that_came_to_harm_is_judged_or_turned_away(case: Path, random: Random):
    judge(torn(case.read_text(), random))


@settings(AMOUNT, deadline=None)
@given(st.text() | JSON.map(json.dumps))
def test_any_other_text_is_turned_away(text: str):
    assert judge(text).status == BAD_INPUT


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda path: path.stem)
def test_a_preview_that_once_broke_something_is_judged_or_turned_away(path: Path):
    """Found by former nights and made small: one more is one more file."""
    judge(path.read_text())
