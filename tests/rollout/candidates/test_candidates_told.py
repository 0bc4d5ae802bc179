"""The answer in words and as a document."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.rollout.candidates.verdicts import NOON, commit, verdict

from slipway.repository import Branch
from slipway.rollout.candidates import Candidate, Failed, choose
from slipway.rollout.candidates.told import Answer, as_document, as_text

A, B, C = "a" * 40, "b" * 40, "c" * 40


def answer(*candidates: Candidate, entry: int = 7) -> Answer:
    main = Branch("origin/main", C, remote=True)
    return Answer("production", "d" * 40, entry, main, 20, candidates, choose(candidates))


def text(*candidates: Candidate, hours: float = 30) -> str:
    return as_text(answer(*candidates), NOON + timedelta(hours=hours))


def test_commits_are_told_with_author_age_changes_and_verdict() -> None:
    told = text(
        Candidate(commit(A, "weights"), verdict(1, cosmetic=1)),
        Candidate(commit(B, "names"), verdict(2, "one-change", "hostname-dark"), "a note"),
    )
    assert (
        told
        == """\
20 commits on origin/main since dddddddddddd, deployed by entry 7 of the ledger; 2 worth a look

-> aaaaaaaaaaaa  weights
                 Ada, 1 day ago: approved, 1 change and 1 cosmetic
                 1. record 1 changed
                 2. cosmetic: record 2 changed

   bbbbbbbbbbbb  names
                 Ada, 1 day ago: refused, 2 changes
                 1. record 1 changed
                 2. record 2 changed
                 refused by one-change: one-change says no
                 note: a note

Deploy aaaaaaaaaaaa: the furthest commit that is one proven step.
  git checkout aaaaaaaaaaaa && slipway preflight production
"""
    )


def test_without_a_step_the_first_commit_in_the_way_says_why_and_several_changes_are_split() -> None:
    told = text(Candidate(commit(A), verdict(2, "one-change")))
    assert told.endswith("""\
No commit is one proven step. The first in the way is aaaaaaaaaaaa:
  refused by one-change: one-change says no
  instead: mend one-change
  `slipway split` cuts a diff of several changes into steps:
  git checkout aaaaaaaaaaaa && slipway split production
""")


def test_one_change_that_is_refused_is_not_split() -> None:
    told = text(Candidate(commit(A), verdict(1, "hostname-dark")))
    assert "split" not in told
    assert told.endswith("  git checkout aaaaaaaaaaaa && slipway preflight production\n")


def test_failed_preview_is_told_by_its_first_and_last_line() -> None:
    told = text(Candidate(commit(A), Failed("the preview failed: it raised\n\n  File x\n  NameError: y\n")))
    assert "Ada, 1 day ago: failed\n" in told
    assert "the preview failed: it raised ... NameError: y\n" in told
    assert "instead: Mend it with another commit." in told


def test_nothing_to_deploy_is_told() -> None:
    assert text().endswith("Nothing to deploy: up to cccccccccccc no commit changes production.\n")


@pytest.mark.parametrize(
    ("hours", "age"), [(0, "just now"), (-5, "just now"), (0.5, "30 minutes"), (1, "1 hour"), (49, "2 days")]
)
def test_ages_are_in_the_largest_unit(hours: float, age: str) -> None:
    assert f"Ada, {age}" in text(Candidate(commit(A), verdict(1)), hours=hours)


def test_what_others_wrote_does_not_act_on_a_terminal() -> None:
    told = text(Candidate(commit(A, "\x1b[31mred\u202e", "\x07Eve\nno"), Failed("\x1b]0;title\x07 and more")))
    assert told.isprintable() or set(told) - {"\n"} == {c for c in told if c.isprintable()}
    assert "\\x1b[31mred\\u202e" in told
    assert "\\x07Eve\\x0ano" in told


def test_document_has_every_field_for_a_machine() -> None:
    found = as_document(
        answer(
            Candidate(commit(A, "weights"), verdict(1, digest="sha256:1")),
            Candidate(commit(B), verdict(2, "one-change")),
            Candidate(commit(C), Failed("broken", "mend it")),
        )
    )
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == "slipway.next/1"
    assert (found["deploy"], found["blocked"]) == (A, None)
    assert found["deployed"] == {"commit": "d" * 40, "entry": 7}
    assert [row["verdict"] for row in found["commits"]] == ["approved", "refused", "failed"]
    assert found["commits"][0]["changes"][0]["title"] == "record 1 changed"
    assert found["commits"][1]["refusals"] == [
        {"rule": "one-change", "message": "one-change says no", "advice": "mend one-change"}
    ]
    assert found["commits"][2]["error"] == "broken"
    assert found["command"] == f"git checkout {A[:12]} && slipway preflight production"
    assert as_document(answer(entry=0))["deployed"]["entry"] is None
