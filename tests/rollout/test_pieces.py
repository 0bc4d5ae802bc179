"""How long a step of a change that was cut is waited for, by the ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from slipway.ledger import Deed, Entry, Kind, Link, Outcome
from slipway.rollout.pieces import held_until, stood_before

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(minute: int, kind: Kind, outcome: Outcome, plan: str = "sha256:step", **results: int) -> Link:
    """An entry, so many minutes after noon."""
    return of(minute, Deed(kind=kind, outcome=outcome, plan=plan, results=results))


def of(minute: int, deed: Deed) -> Link:
    at = NOON + timedelta(minutes=minute)
    made = Entry(environment="production", number=minute + 1, previous="", nonce="", at=at, who="Ada", deed=deed)
    return Link(made, f"hash {minute}")


STEP = (
    entry(0, "preflight", "approved", pieces=2, wait=300),
    entry(1, "approval", "approved"),
    entry(2, "apply", "begun"),
    entry(3, "apply", "done"),
    entry(4, "smoke", "passed", ""),
)


def test_old_answers_are_held_from_the_end_of_the_apply_on() -> None:
    assert held_until(STEP[::-1]) == NOON + timedelta(minutes=8)


def test_plan_that_is_judged_meanwhile_changes_nothing_about_that() -> None:
    later = entry(5, "preflight", "refused", "sha256:rest", pieces=1, wait=10)
    assert held_until([later, *STEP[::-1]]) == NOON + timedelta(minutes=8)


def test_apply_that_has_not_ended_has_ended_nothing() -> None:
    assert held_until(STEP[2::-1]) is None
    assert held_until([entry(5, "apply", "failed"), *STEP[::-1]]) is None


def test_after_a_plan_that_was_not_cut_nothing_is_waited_for() -> None:
    whole = (entry(0, "preflight", "approved"), entry(3, "apply", "done"))
    assert held_until(whole[::-1]) == NOON + timedelta(minutes=3)
    assert held_until([entry(9, "rollback", "done"), *STEP[::-1]]) is None
    assert held_until([]) is None


def applied(minute: int, commit: str, *targets: str) -> Link:
    return of(minute, Deed(kind="apply", outcome="done", commit=commit, targets=targets))


def test_before_a_commit_that_is_applied_in_steps_stood_the_last_other_one() -> None:
    story = [applied(1, "a"), applied(2, "b"), applied(3, "c", "urn:one"), applied(4, "c", "urn:two")]
    assert stood_before(story[::-1]) == "b"
    assert stood_before([entry(5, "apply", "failed"), *story[::-1]]) == "b"
    assert stood_before([applied(5, "c"), *story[::-1]]) == ""
    assert stood_before(story[1::-1]) == ""
    assert stood_before(story[2:][::-1]) == ""
