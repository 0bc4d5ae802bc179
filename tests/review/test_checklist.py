"""The checklist: only what applies, answered from evidence, and nothing taken for granted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from slipway.ledger import Deed, Entry, Link
from slipway.plan import read_plan
from slipway.preflight import Answer, Finding, Verdict, check
from slipway.review import Circumstances, Demand, checklist, standing
from slipway.review.approvals import Approvals

CASES = Path(__file__).parents[1] / "cases"
COMMIT, OTHER = "c" * 40, "d" * 40
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def verdict(case: str = "record_ttl_changed", *, guarded: bool = True, asked: tuple[str, ...] = ()) -> Verdict:
    plan = read_plan((CASES / case / "preview.json").read_text())
    found = check(plan, environment="production", guarded=guarded)
    return replace(found, not_evaluated=tuple(each for each in found.not_evaluated if each.rule not in asked))


def ledger(*deeds: Deed, environment: str = "production") -> tuple[Link, ...]:
    """Entries a minute apart, the newest first."""
    return tuple(
        Link(
            Entry(
                environment=environment,
                number=number,
                previous="",
                nonce="",
                at=NOON + timedelta(minutes=number),
                who="Ada",
                deed=deed,
            ),
            f"hash {number}",
        )
        for number, deed in reversed(list(enumerate(deeds, start=1)))
    )


def answers(found: Verdict, **known: object) -> dict[str, Answer]:
    circumstances = Circumstances(**{"commit": COMMIT, **known})  # type: ignore[arg-type]
    return {each.question: each for each in checklist(found, circumstances)}


def rehearsal(commit: str, outcome: str = "passed", dark: float = 0.0) -> Deed:
    return Deed(kind="rehearsal", outcome=outcome, commit=commit, results={"dark_seconds": dark})  # type: ignore[arg-type]


def test_a_plan_that_changes_nothing_has_no_checklist() -> None:
    assert checklist(verdict("nothing_to_do"), Circumstances(COMMIT)) == ()


def test_what_was_not_asked_is_not_answered() -> None:
    found = answers(verdict())
    assert found["passed staging"] == Answer("passed staging", "not evaluated", None)
    assert found["locked commit"].met is None
    assert found["deployed as the ledger says"].met is None


def test_a_rule_that_was_asked_and_found_nothing_is_a_yes_with_its_evidence() -> None:
    (staged,) = ledger(Deed(kind="rollout", outcome="done"), environment="staging")
    found = answers(verdict(asked=("staging-first",)), staged=staged)
    assert found["passed staging"] == Answer("passed staging", "yes, entry 1 of the ledger of staging", True)


def test_a_rule_that_found_something_is_a_no_whatever_else_is_known() -> None:
    against = (Finding("staging-first", "not there", "go there"),)
    (staged,) = ledger(Deed(kind="rollout", outcome="done"), environment="staging")
    found = answers(replace(verdict(asked=("staging-first",)), refusals=against), staged=staged)
    assert found["passed staging"] == Answer("passed staging", "no: see staging-first", False)


def test_where_nothing_is_guarded_nobody_asks_for_staging() -> None:
    assert "passed staging" not in answers(verdict(guarded=False))


def test_the_rehearsal_of_this_commit_counts_since_the_last_apply() -> None:
    assert answers(verdict())["rehearsed"] == Answer("rehearsed", "no", False)
    mine = ledger(Deed(kind="apply", outcome="done", commit=OTHER), rehearsal(COMMIT))
    assert answers(verdict(), entries=mine)["rehearsed"] == Answer("rehearsed", "passed, 0.0 s dark, entry 2", True)
    failed = ledger(rehearsal(COMMIT), rehearsal(COMMIT, "failed", 12.5))
    assert answers(verdict(), entries=failed)["rehearsed"].answer == "failed, 12.5 s dark, entry 2"
    for past in (
        ledger(rehearsal(COMMIT), Deed(kind="apply", outcome="done", commit=OTHER)),
        ledger(rehearsal(OTHER)),
        ledger(rehearsal(COMMIT), rehearsal(OTHER)),
    ):
        assert answers(verdict(), entries=past)["rehearsed"].met is False


def test_a_rehearsal_of_a_work_tree_that_differs_proves_nothing() -> None:
    dirty = f"{COMMIT}-dirty"
    found = answers(verdict(), commit=dirty, entries=ledger(rehearsal(dirty)))
    assert found["rehearsed"].met is False
    assert found["locked commit"].answer == "cccccccccccc, the work tree differs, not evaluated"


def test_hostnames_that_fall_are_named() -> None:
    falling = answers(verdict("record_replaced_delete_first"))["no hostname goes dark"]
    assert falling == Answer("no hostname goes dark", "static.example.org dark", False)
    fine = answers(verdict())["no hostname goes dark"]
    assert fine.met is True
    assert fine.answer.startswith("proven for")


def test_reviews_stand_as_they_are_counted() -> None:
    stood = standing(Demand(2, "because"), Approvals(("ada",)), ())
    assert answers(verdict(), reviews=stood)["reviews"] == Answer("reviews", "1 of 2 (ada)", False)
    assert "reviews" not in answers(verdict())


@pytest.mark.parametrize(
    ("approvals", "reviewers", "words", "enough"),
    [
        (Approvals(("ada", "bob")), (), "2 of 2 (ada, bob)", True),
        (Approvals(("ada",)), ("ada@example.org",), "1 of 2 (ada)", False),
        (Approvals(("ada",)), ("a@example.org", "b@example.org"), "2 of 2 (a@example.org, b@example.org)", True),
        (Approvals(("ada", "bob"), (), ("cyd",)), (), "2 of 2 (ada, bob), and cyd asked for changes", False),
        (Approvals((), ("ada", "bob")), (), "0 of 2", False),
    ],
)
def test_two_sources_are_not_added_up(
    approvals: Approvals, reviewers: tuple[str, ...], words: str, enough: bool
) -> None:
    """`ada` there and `ada@example.org` here may be one person."""
    found = standing(Demand(2, "because"), approvals, reviewers)
    assert (found.words, found.enough) == (words, enough)


def test_the_way_back_leads_to_what_was_deployed_and_is_not_taken_for_proven() -> None:
    past = ledger(Deed(kind="apply", outcome="done", commit=OTHER), Deed(kind="apply", outcome="failed", commit=COMMIT))
    assert answers(verdict(), entries=past)["rollback"] == Answer(
        "rollback", "to dddddddddddd (entry 1), not proven", None
    )
    proven = Answer("rollback", "reversible up to step 3", True)
    assert answers(verdict(), entries=past, back=proven)["rollback"] == proven
