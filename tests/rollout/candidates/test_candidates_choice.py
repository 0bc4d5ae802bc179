"""Which commits are listed, and which is taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rollout.candidates.verdicts import commit, verdict

from slipway.rollout.candidates import Candidate, Choice, Failed, Outcome, choose
from slipway.rollout.candidates.choice import to_preview, worth_listing

NOTHING = verdict(0, digest="sha256:deployed")
ONE = verdict(1, digest="sha256:one")
OTHER = verdict(1, digest="sha256:other")
TWO = verdict(2, "one-change", digest="sha256:two")
DARK = verdict(1, "hostname-dark", digest="sha256:dark")
LABELS = verdict(0, cosmetic=2, digest="sha256:labels")
BROKEN = Failed("the program failed")


def listed(letters: str, outcomes: dict[str, Outcome], base: str | None = "a") -> str:
    """The numbers, from 1 on, of the commits worth listing, each commit given by the letter of its key."""
    commits = [commit(str(number)) for number in range(1, len(letters) + 1)]
    keys = {each.hash: letter for each, letter in zip(commits, letters, strict=True)}
    return "".join(each.hash for each, _ in worth_listing(commits, keys, outcomes, base))


def chosen(*outcomes: Outcome) -> tuple[str, str]:
    """The numbers of the commit to deploy and of the one in the way."""
    choice = choose([Candidate(commit(str(number)), outcome) for number, outcome in enumerate(outcomes, 1)])
    return (
        choice.deploy.commit.hash if choice.deploy else "",
        choice.blocked.commit.hash if choice.blocked else "",
    )


@pytest.mark.parametrize(
    ("letters", "outcomes", "found"),
    [
        ("aaa", {}, ""),
        ("abbb", {"b": ONE}, "2"),
        ("bcb", {"b": ONE, "c": TWO}, "123"),
        ("bcd", {"b": ONE, "c": ONE, "d": TWO}, "13"),
        ("bcd", {"b": NOTHING, "c": NOTHING, "d": ONE}, "3"),
        ("bca", {"b": ONE, "c": TWO, "a": NOTHING}, "123"),
        ("bcd", {"b": BROKEN, "c": BROKEN, "d": ONE}, "123"),
        ("bcb", {"b": ONE, "c": BROKEN}, "123"),
    ],
)
def test_only_commits_that_bring_something_new_are_listed(
    letters: str, outcomes: dict[str, Outcome], found: str
) -> None:
    assert listed(letters, outcomes) == found


def test_same_plan_under_another_verdict_is_listed() -> None:
    """A name that is meant to go changes the verdict, and no step."""
    retired = verdict(1, digest=DARK.digest)
    assert listed("bc", {"b": DARK, "c": retired}) == "12"


def test_where_the_deployed_state_is_not_a_commits_the_first_commit_is_listed_whatever_it_does() -> None:
    assert listed("ab", {"a": NOTHING, "b": ONE}, base=None) == "12"


@pytest.mark.parametrize(
    ("outcomes", "deploy", "blocked"),
    [
        ((), "", ""),
        ((ONE,), "1", ""),
        ((ONE, OTHER), "2", ""),
        ((ONE, TWO), "1", ""),
        ((TWO, ONE), "2", ""),
        ((ONE, BROKEN, DARK, OTHER, TWO), "4", ""),
        ((LABELS,), "1", ""),
        ((TWO,), "", "1"),
        ((DARK, BROKEN), "", "1"),
        ((BROKEN,), "", "1"),
        ((ONE, NOTHING), "", ""),
        ((ONE, NOTHING, TWO), "", "3"),
        ((NOTHING, ONE), "2", ""),
        ((verdict(2),), "", "1"),
    ],
)
def test_the_furthest_single_proven_step_is_taken(outcomes: Sequence[Outcome], deploy: str, blocked: str) -> None:
    assert chosen(*outcomes) == (deploy, blocked)


OUTCOMES = st.sampled_from([NOTHING, ONE, OTHER, TWO, DARK, LABELS, BROKEN])


@given(st.lists(OUTCOMES, max_size=6))
def test_choice_is_what_a_person_would_find_by_trying_from_the_end(outcomes: list[Outcome]) -> None:
    candidates = [Candidate(commit(str(number)), outcome) for number, outcome in enumerate(outcomes)]
    choice = choose(candidates)
    for index in reversed(range(len(candidates))):
        outcome = candidates[index].outcome
        if outcome in (ONE, OTHER, LABELS):
            assert choice == Choice(deploy=candidates[index])
            return
        if outcome == NOTHING:
            assert choice == Choice(blocked=candidates[index + 1] if index + 1 < len(candidates) else None)
            return
    assert choice == Choice(blocked=candidates[0] if candidates else None)


@given(st.text("abcd", max_size=8), st.lists(OUTCOMES, min_size=4, max_size=4), st.sampled_from(["a", None]))
def test_previewed_is_all_that_is_looked_at_and_no_commit_that_differs_is_lost(
    letters: str, found: list[Outcome], base: str | None
) -> None:
    """Going through the list, whoever knows the last listed outcome knows the outcome of every commit."""
    outcomes: dict[str, Outcome] = dict(zip("abcd", found, strict=True))
    if base:
        outcomes[base] = NOTHING  # the deployed commit, on what it deployed
    commits = [commit(str(number)) for number in range(len(letters))]
    keys = {each.hash: letter for each, letter in zip(commits, letters, strict=True)}
    wanted = to_preview(commits, keys, base)
    rows = dict(worth_listing(commits, keys, {key: outcomes[key] for key in wanted}, base))
    known: Outcome | None = NOTHING if base else None
    for each in commits:
        known = rows.get(each, known)
        assert known == outcomes[keys[each.hash]]
