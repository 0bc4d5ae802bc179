"""A preflight is refused on a state that is known not to be the world, and by nothing else that a check finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slipway.ledger import Deed, Entry, Link, open_book
from slipway.plan import read_plan
from slipway.preflight import check
from slipway.rollout.gates import Surroundings, drift, through
from slipway.rollout.judge import Judged

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FOUND = {"by_hand": 2}
PLAN = read_plan((Path(__file__).parent.parent / "cases" / "record_added" / "preview.json").read_text())


def entry(kind: str, outcome: str, hours: float, **results: int) -> Link:
    deed = Deed(kind=kind, outcome=outcome, results=results)  # type: ignore[arg-type]
    at = NOW - timedelta(hours=hours)
    return Link(Entry(environment="e", number=7, previous="", nonce="", at=at, who="Ada", deed=deed), "")


@pytest.mark.parametrize(
    ("outcome", "results"),
    [
        ("failed", FOUND),
        ("failed", {}),  # a check that does not say of what it failed
        ("begun", FOUND),  # a repair that was cut off
        ("refused", FOUND),
        ("done", FOUND),  # another thing was settled, and this one was not
    ],
)
def test_drift_that_is_known_and_not_settled_refuses(outcome: str, results: dict[str, int]) -> None:
    found = drift.known([entry("drift", outcome, 1, **results)], "production", NOW)
    assert found is not None
    assert [finding.rule for finding in found] == ["drift"]
    assert "Ada found" in found[0].message
    assert "entry 7" in found[0].message
    assert "slipway drift production --repair" in found[0].advice


@pytest.mark.parametrize(
    "backwards",
    [
        [entry("drift", "passed", 23, by_hand=0)],
        [entry("drift", "done", 1, by_hand=0, repaired=2), entry("drift", "failed", 2, by_hand=2)],
        # Merges that wait, and what git does not explain, are in the plan for everybody to see.
        [entry("drift", "failed", 1, by_hand=0, unapplied_merge=3, state_outside_git=1)],
        [entry("apply", "done", 1), entry("drift", "passed", 2, by_hand=0)],
    ],
)
def test_check_that_found_the_world_as_the_state_has_it_passes(backwards: list[Link]) -> None:
    assert drift.known(backwards, "production", NOW) == ()


@pytest.mark.parametrize(
    "backwards",
    [
        [],
        [entry("preflight", "approved", 1)],
        [entry("drift", "passed", 25, by_hand=0)],
        [entry("drift", "failed", 25, by_hand=2)],
        # The apply may have put it right, or not: only another check can say.
        [entry("apply", "done", 1), entry("drift", "failed", 2, by_hand=2)],
        [entry("rollback", "failed", 1), entry("drift", "failed", 2, by_hand=2)],
    ],
)
def test_without_a_check_that_still_holds_nobody_knows(backwards: list[Link]) -> None:
    assert drift.known(backwards, "production", NOW) is None


def test_no_more_of_the_ledger_is_read_than_a_day_of_it() -> None:
    def read():
        yield entry("smoke", "passed", 1)
        yield entry("smoke", "passed", 25)
        raise AssertionError("read on")

    assert drift.known(read(), "production", NOW) is None


def test_rule_is_evaluated_once_a_check_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    book = open_book(str(tmp_path / "past"), "production")
    verdict = check(PLAN, environment="production", guarded=True)
    around = Surroundings(tmp_path, "production", Judged(PLAN, verdict, None), book)
    before = through(around, (drift,))
    assert before.approved
    assert "drift" in {rule.rule for rule in before.not_evaluated}
    book.append(Deed(kind="drift", outcome="failed", results=FOUND), "Ada")
    after = through(around, (drift,))
    assert {finding.rule for finding in after.refusals} == {"drift"}
    assert "drift" not in {rule.rule for rule in after.not_evaluated}
