"""How many reviews a plan needs, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.config import ReviewConfig
from slipway.plan import read_plan
from slipway.preflight import check
from slipway.review import Demand, demand
from slipway.review.demand import share_of

CASES = Path(__file__).parents[1] / "cases"
TRAFFIC = {"static.example.org": 99, "index.example.org": 0.9}


def asked(case: str, *rules: dict[str, object], traffic: dict[str, float] | None = None) -> Demand:
    plan = read_plan((CASES / case / "preview.json").read_text())
    config = ReviewConfig(rules=rules, traffic=TRAFFIC if traffic is None else traffic)  # type: ignore[arg-type]
    return demand(config, plan, check(plan, environment="production", guarded=True).changes)


def test_the_rule_that_asks_for_the_most_counts_and_is_named() -> None:
    found = asked("record_ttl_changed", {"reviews": 1}, {"reviews": 3, "kinds": ["dns"]}, {"reviews": 2})
    assert found.reviews == 3
    assert found.because.startswith("rule 2 asks for 3 of every change of kind dns: ")
    assert "static.example.org, 99 % of the requests" in found.because


def test_a_change_of_another_kind_or_name_is_not_meant() -> None:
    assert asked("record_ttl_changed", {"reviews": 2, "kinds": ["certificate"]}) == Demand(0)
    assert asked("record_ttl_changed", {"reviews": 2, "names": ["index.example.org"]}) == Demand(0)


def test_all_conditions_of_a_rule_must_be_met_by_one_change() -> None:
    rule = {"reviews": 2, "kinds": ["dns"], "names": ["static.example.org"]}
    assert asked("record_ttl_changed", rule).reviews == 2
    assert asked("record_ttl_changed", {**rule, "names": ["index.example.org"]}).reviews == 0


def test_a_pattern_means_every_name_below_it() -> None:
    assert asked("record_ttl_changed", {"reviews": 2, "names": ["*.example.org"]}).reviews == 2


@pytest.mark.parametrize(
    "case", ["record_ttl_changed", "function_code_changed", "policy_admits_one_more", "cache_ttl_changed"]
)
def test_a_name_with_most_of_the_requests_is_high_impact_whatever_the_size_of_the_diff(case: str) -> None:
    assert asked(case, {"reviews": 1}, {"reviews": 2, "traffic_above": 50}).reviews == 2


def test_names_that_no_client_asks_for_weigh_nothing() -> None:
    """A certificate's own validation record is none of the names that share the rest."""
    part = {"static.example.org": 40, "index.example.org": 10}
    assert asked("certificate_gains_a_name", {"reviews": 2, "traffic_above": 50}, traffic=part).reviews == 0
    assert asked("certificate_gains_a_name", {"reviews": 2, "traffic_above": 49}, traffic=part).reviews == 2


def test_a_name_with_few_requests_is_not() -> None:
    few = {"static.example.org": 0.5, "index.example.org": 99}
    assert asked("record_ttl_changed", {"reviews": 2, "traffic_above": 50}, traffic=few).reviews == 0


def test_labels_answer_to_rules_for_everything_alone() -> None:
    assert asked("tags_on_five_resources", {"reviews": 1}, {"reviews": 2, "traffic_above": 1}).reviews == 1
    assert asked("tags_on_five_resources", {"reviews": 2, "names": ["*.example.org"]}).reviews == 0


def test_what_nobody_can_tell_the_names_of_may_touch_all_of_them() -> None:
    found = asked("explicit_provider_region_changed", {"reviews": 2, "traffic_above": 99.9})
    assert found.reviews == 2
    assert "any name" in found.because


def test_an_alarm_serves_nobody() -> None:
    assert asked("alarms_of_one_component", {"reviews": 2, "traffic_above": 0}).reviews == 0


def test_nothing_to_do_needs_nobody() -> None:
    assert asked("nothing_to_do", {"reviews": 1}) == Demand(0)


@pytest.mark.parametrize(
    ("names", "share"),
    [
        (["static.example.org"], 99),
        (["static.example.org", "index.example.org"], 99.9),
        (["www.example.org"], 0.1),
        (["www.example.org", "doc.example.org"], 0.1),
        (["static.example.org", "www.example.org"], 99.1),
        (["*"], 100),
        (["*.example.org"], 100),
        ([], 0),
    ],
)
def test_names_that_are_left_out_share_the_rest(names: list[str], share: float) -> None:
    assert share_of(frozenset(names), TRAFFIC) == share
