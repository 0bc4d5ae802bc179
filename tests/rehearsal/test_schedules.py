"""Schedules choose among waiting events, without any engine."""

from __future__ import annotations

from slipway.plan import Op
from slipway.preflight import Event
from slipway.rehearsal import Release, Replay, Shuffled
from slipway.rehearsal.schedules import PATIENCE


def starting(op: Op, name: str) -> Event:
    return Event("start", op, f"urn:pulumi:production::cdn::aws:s3/bucket:Bucket::{name}")


def ending(op: Op, name: str) -> Event:
    return Event("end", op, starting(op, name).urn)


A, B, C = (starting(Op.CREATE, name) for name in "abc")


def test_shuffled_chooses_the_same_for_the_same_seed_whatever_the_order_of_arrival():
    one, other = Shuffled(7), Shuffled(7)
    assert [one.choose([A, B, C], 0.0) for _ in range(20)] == [other.choose([C, A, B], 0.0) for _ in range(20)]


def test_shuffled_comes_to_every_waiting_event():
    schedule = Shuffled(1)
    assert {schedule.choose([A, B, C], 0.0) for _ in range(50)} == {Release(A), Release(B), Release(C)}


def test_nothing_is_released_where_nothing_waits():
    assert Shuffled(1).choose([], 100.0) is None
    assert Replay([A]).choose([], 100.0) is None
    assert Replay([]).choose([], 100.0) is None


def test_replay_waits_for_its_event_however_many_others_wait():
    schedule = Replay([B])
    assert schedule.choose([A, C], 0.0) is None
    assert schedule.choose([A, B, C], 0.0) == Release(B)
    assert schedule.finished


def test_replay_calls_the_halves_of_a_replacement_as_the_provider_does():
    schedule = Replay([starting(Op.CREATE_REPLACEMENT, "a"), starting(Op.DELETE_REPLACED, "a")])
    assert schedule.choose([starting(Op.CREATE, "a")], 0.0) == Release(starting(Op.CREATE, "a"))
    assert schedule.choose([starting(Op.DELETE, "a")], 0.0) == Release(starting(Op.DELETE, "a"))


def test_replay_skips_an_operation_that_the_engine_does_not_do_with_its_end():
    update = starting(Op.UPDATE, "a")
    schedule = Replay([update, ending(Op.UPDATE, "a"), B])
    assert schedule.choose([B], PATIENCE - 0.1) is None
    assert schedule.choose([B], PATIENCE) == Release(B)
    assert schedule.skipped == [update, ending(Op.UPDATE, "a")]
    assert schedule.finished


def test_replay_never_gives_up_the_end_of_what_has_begun():
    schedule = Replay([A, ending(Op.CREATE, "a"), B])
    assert schedule.choose([A, B], 0.0) == Release(A)
    assert schedule.choose([B], 100 * PATIENCE) is None
    assert schedule.choose([B, ending(Op.CREATE, "a")], 0.0) == Release(ending(Op.CREATE, "a"))


def test_a_replay_that_is_through_lets_the_rest_go_in_the_order_of_arrival():
    schedule = Replay([B])
    schedule.choose([B], 0.0)
    assert schedule.choose([C, A], 0.0) == Release(C)
