"""Conditions over a small order: which can be reached, and what their combinations leave."""

from __future__ import annotations

import pytest

from slipway.durations import Durations
from slipway.plan import Op, Plan, State, Step
from slipway.plan.order import Order, order_of
from slipway.preflight.proof.condition import ALWAYS, Condition, TooMany, all_of, both, essential, minimal, possible
from slipway.preflight.proof.durations import seconds_dark
from slipway.preflight.proof.things import Effect, thing_of

HOME = "urn:pulumi:s::p::"
RECORD, VALIDATION = "aws:route53/record:Record", "aws:acm/certificateValidation:CertificateValidation"


def urn(name: str, type_: str = RECORD) -> str:
    return f"{HOME}{type_}::{name}"


def create(name: str, *after: str, type_: str = RECORD) -> Step:
    dependencies = tuple(urn(other, VALIDATION if other.startswith("v") else RECORD) for other in after)
    return Step(Op.CREATE, urn(name, type_), None, State(urn(name, type_), type_, dependencies=dependencies))


def delete(name: str) -> Step:
    return Step(Op.DELETE, urn(name), State(urn(name), RECORD, raw_id=name), None)


def order(*steps: Step) -> Order:
    return order_of(Plan("p", "s", steps, (), "sha256:0"))


def when(applied: set[int] = frozenset(), pending: set[int] = frozenset(), **more: bool) -> Condition:
    return Condition(frozenset(applied), frozenset(pending), **more)


CHAIN = order(create("a"), create("b", "a"), create("c"), delete("d"))  # 0 before 1; 2 beside them; 3 after all


def test_a_condition_is_possible_unless_what_is_in_effect_must_wait_for_what_is_pending():
    assert possible(when({0}, {1}), CHAIN)
    assert not possible(when({1}, {0}), CHAIN)
    assert possible(when({2}, {0, 1}), CHAIN)
    assert possible(when({1}, {2}), CHAIN)
    assert not possible(when({3}, {2}), CHAIN)


def test_two_conditions_that_contradict_each_other_are_none():
    assert both(when({0}), when(pending={0})) is None
    assert both(when({0}), when({1}, {2}, certain=False)) == when({0, 1}, {2}, certain=False)


def test_what_another_condition_covers_is_left_out():
    assert minimal([when({0, 1}), when({0})]) == [when({0})]
    assert len(minimal([when({0}, certain=False), when({0, 1})])) == 2


def test_an_operation_that_does_not_matter_either_way_is_left_out():
    assert minimal([when({0, 1}, {3}), when({0}, {1, 3})]) == [when({0}, {3})]


def test_what_follows_from_the_order_is_not_essential():
    assert essential(when({0, 1}), CHAIN) == when({1})
    assert essential(when(pending={0, 1}), CHAIN) == when(pending={0})


def test_all_factors_must_hold_together_in_one_run():
    assert all_of([[when({0})], [when(pending={1})]], CHAIN) == [when({0}, {1})]
    assert all_of([[when({1})], [when(pending={0})]], CHAIN) == []
    assert all_of([], CHAIN) == [ALWAYS]


def test_too_many_combinations_are_told():
    steps = [create(f"r{number}") for number in range(400)]
    factors = [[when({2 * number}), when({2 * number + 1})] for number in range(200)]
    with pytest.raises(TooMany):
        all_of(factors, order(*steps))


def test_the_last_effect_stands():
    record = thing_of("key", "old", [Effect(0, "new"), Effect(3, None)], CHAIN)
    assert record.initial == "old"
    assert [content.when for content in record.absent] == [when({3})]
    assert [content.when for content, view in record.present if view == "new"] == [when({0}, {3})]


def test_of_two_effects_without_an_order_either_may_stand_and_never_both():
    record = thing_of("key", None, [Effect(0, "one"), Effect(2, "two")], CHAIN)
    one, two = (content.when for content in record.contents[1:])
    assert (one.applied, two.applied) == ({0}, {2})
    assert both(one, two) is None
    assert both(one, when({2})) is not None


def test_a_gap_lasts_as_long_as_the_longest_chain_that_must_pass():
    """2023-01-25 in small: the new record waits for an issuance."""
    issued = create("v", type_=VALIDATION)
    plan = order(issued, create("new", "v"), create("other"))
    gap = when({2}, {1})
    assert seconds_dark(gap, plan, Durations()) == 600 + 60
    assert seconds_dark(gap.because("no-record", "gone"), plan, Durations()) == 600 + 60 + 900
    assert seconds_dark(when({2}), plan, Durations()) is None
    assert seconds_dark(gap, plan, Durations(issuance=30, record=5)) == 35
