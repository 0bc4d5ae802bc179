"""Percentages and weights: nearest by brute force, never nobody, in steps that lead where they are to."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.moves.shares import HIGHEST, asked, percentages, ramp, share_of, shares_after, shown, weights_for

PERCENT = st.fractions(0, 1, max_denominator=10_000)
WEIGHT = st.integers(0, HIGHEST)


def off(weights: tuple[int, ...], shares: list[Fraction]) -> Fraction:
    return max(abs(Fraction(weight, sum(weights)) - share) for weight, share in zip(weights, shares, strict=True))


@settings(max_examples=40, deadline=None)
@given(PERCENT)
def test_two_weights_are_the_nearest_there_are(share: Fraction) -> None:
    """Of all 65535 pairs that give something to whoever is to have something, and nothing to the others."""
    shares = [share, 1 - share]
    few = [range(1, HIGHEST + 1) if each else range(1) for each in shares]
    nearest = min(abs(one / (one + other) - float(share)) for one, other in product(*few) if one or other)
    found = weights_for({"a": share, "b": 1 - share})
    assert float(off(tuple(found.values()), shares)) == pytest.approx(float(nearest), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(PERCENT, min_size=2, max_size=5).filter(sum))
def test_weights_are_representable_and_near(parts: list[Fraction]) -> None:
    shares = [part / sum(parts) for part in parts]
    weights = tuple(weights_for({str(n): share for n, share in enumerate(shares)}).values())
    assert all(0 <= weight <= HIGHEST for weight in weights)
    assert [bool(weight) for weight in weights] == [bool(share) for share in shares]
    smallest = min(share for share in shares if share)
    # No farther off than rounding in 255ths, unless the smallest share is below what the largest weight leaves it.
    assert off(weights, shares) <= Fraction(len(shares), HIGHEST) or smallest < Fraction(1, HIGHEST)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), WEIGHT, min_size=1), st.data())
def test_shares_add_up_and_others_keep_their_proportions(now: dict[str, int], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(sorted(now)), unique=True, max_size=len(now) - 1))
    wanted = {member: data.draw(PERCENT) / len(now) for member in some}
    shares = shares_after(now, wanted)
    assert sum(shares.values()) == 1
    assert all(shares[member] == share for member, share in wanted.items())
    others = [member for member in now if member not in wanted]
    if sum(now[member] for member in others):
        assert all(shares[one] * now[two] == shares[two] * now[one] for one, two in product(others, others))
    else:
        assert len({shares[member] for member in others}) == 1


@settings(max_examples=60, deadline=None)
@given(WEIGHT, WEIGHT, PERCENT, st.lists(PERCENT, max_size=4))
def test_a_ramp_goes_one_way_and_ends_there(ours: int, theirs: int, goal: Fraction, steps: list[Fraction]) -> None:
    now = {"cloudfront": ours, "fastly": theirs}
    try:
        way = ramp(now, {"fastly": goal}, steps)
    except BadInput:
        assert steps
        return
    at = [share_of(weights, "fastly") for weights in (now, *way)]
    assert at == sorted(at, reverse=goal < at[0])
    assert way[-1] == weights_for({"cloudfront": 1 - goal, "fastly": goal}) if way else at[0] == goal
    assert all(one != other for one, other in zip((now, *way), way, strict=False))


def test_ramp_leaves_out_what_is_behind() -> None:
    now = {"cloudfront": 200, "fastly": 55}
    way = ramp(now, {"fastly": Fraction(1, 2)}, percentages("1,5,20,30"))
    assert [shown(share_of(weights, "fastly")) for weights in way] == ["30 %", "50 %"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["fastly"], "is no share"),
        (["fastly=5"], "is no share"),
        (["fastly=-5%"], "is no share"),
        (["fastly=5%", "fastly=6%"], "given twice"),
        (["fastly=70%", "cloudfront=40%"], "add up to 110 %"),
    ],
)
def test_what_is_no_share_is_said(words: list[str], says: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked(words)
    assert says in refused.value.message


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"akamai": "5"}, "none of the members"),
        ({"fastly": "5", "cloudfront": "5"}, "add up to 10 %"),
        ({"fastly": "0", "cloudfront": "0"}, "add up to 0 %"),
    ],
)
def test_shares_that_nobody_can_have(wanted: dict[str, str], says: str) -> None:
    """Nothing for everybody among them: Route 53 takes that for equal shares."""
    shares = {member: Fraction(percent) / 100 for member, percent in wanted.items()}
    with pytest.raises(BadInput) as refused:
        shares_after({"cloudfront": 200, "fastly": 55}, shares)
    assert says in refused.value.message


@pytest.mark.parametrize("steps", ["40,30", "30,30,40", "60", "10,90"])
def test_steps_that_lead_elsewhere_are_said(steps: str) -> None:
    with pytest.raises(BadInput) as refused:
        ramp({"cloudfront": 200, "fastly": 55}, {"fastly": Fraction(1, 2)}, percentages(steps))
    assert "do not lead" in refused.value.message


def test_all_weights_zero_are_equal_shares() -> None:
    assert share_of({"cloudfront": 0, "fastly": 0}, "fastly") == Fraction(1, 2)
