"""Review rules: what may be written, and what contradicts the rest of the settings."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from slipway.config import parse
from slipway.config.review import ChangeKind
from slipway.errors import ConfigError
from slipway.preflight.kinds import KINDS

RULES = [{"reviews": 1}, {"kinds": ["dns", "certificate"], "names": ["*.example.org"], "reviews": 2}]


@pytest.fixture
def review(values: dict[str, Any]) -> dict[str, Any]:
    """A stack with a ledger and rules, for each test to spoil."""
    values["ledger"] = "past"
    values["review"] = {"traffic": {"static.example.org": 99}, "rules": [*RULES, {"reviews": 2, "traffic_above": 50}]}
    return values


def refusal(values: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(values, "f")
    return caught.value.message


def test_rules_are_read_in_their_order(review: dict[str, Any]) -> None:
    found = parse(review, "f").review
    assert found is not None
    assert [rule.reviews for rule in found.rules] == [1, 2, 2]
    assert found.traffic == {"static.example.org": 99.0}


def test_kinds_are_those_of_the_verdict() -> None:
    assert sorted(get_args(ChangeKind)) == sorted(KINDS)


def test_no_rules_is_the_normal_case(values: dict[str, Any]) -> None:
    assert parse(values, "f").review is None


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({}, "review.rules[0].reviews: is missing; allowed: how many people must approve, from 1 to 10"),
        ({"reviews": 0}, "review.rules[0].reviews: 0 is not allowed"),
        ({"reviews": True}, "review.rules[0].reviews: true is not allowed"),
        ({"reviews": 1, "kinds": ["DNS"]}, 'review.rules[0].kinds[0]: "DNS" is not allowed'),
        ({"reviews": 1, "kind": ["dns"]}, "review.rules[0].kind: unknown key, did you mean kinds?"),
        ({"reviews": 1, "traffic_above": 101}, "review.rules[0].traffic_above: 101 is not allowed"),
        (
            {"reviews": 1, "names": ["www.example.net"]},
            'review.rules[0].names: "www.example.net" is none of this stack\'s names',
        ),
        (
            {"reviews": 1, "names": ["*.example.com"]},
            'review.rules[0].names: "*.example.com" is none of this stack\'s names',
        ),
    ],
)
def test_wrong_rules_are_named(review: dict[str, Any], rule: dict[str, Any], says: str) -> None:
    review["review"]["rules"] = [rule]
    assert refusal(review).startswith(f"f: slipway:{says}")


def test_empty_rules_are_refused(review: dict[str, Any]) -> None:
    """They would look like a guard, and be none."""
    review["review"]["rules"] = []
    assert "review.rules: [] is not allowed; allowed: 1 to 50 rules" in refusal(review)


def test_a_name_with_traffic_is_one_of_the_stacks(review: dict[str, Any]) -> None:
    review["review"]["traffic"]["statics.example.org"] = 1
    assert '"statics.example.org" is none of this stack\'s names' in refusal(review)


def test_traffic_is_at_most_all_of_it(review: dict[str, Any]) -> None:
    review["review"]["traffic"]["cloudfront-static.example.org"] = 1.5
    assert "review.traffic: adds up to 100.5 percent" in refusal(review)


def test_a_share_of_no_known_traffic_says_nothing(review: dict[str, Any]) -> None:
    del review["review"]["traffic"]
    assert "review.rules[2].traffic_above: says nothing without review.traffic" in refusal(review)


def test_rules_that_nothing_would_ask_are_refused(review: dict[str, Any]) -> None:
    """The gate stands where the ledger is."""
    del review["ledger"]
    assert "review: is asked where there is a ledger, and none is set" in refusal(review)
