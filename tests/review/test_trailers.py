"""Who has seen every commit: trailers, merges, and what was put beside a reviewed commit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.git import Commit
from slipway.review import reviewers_of

ADA, BOB, CYD = "Ada <ada@example.org>", "Bob <Bob@example.org>", "Cyd <cyd@example.org>"


def commit(name: str, *parents: str, by: str = "eve@example.org", seen: tuple[str, ...] = (), **more: bool) -> Commit:
    return Commit(name, parents, by, seen, **more)


def test_reviewers_of_one_commit_are_those_it_names() -> None:
    assert reviewers_of([commit("a", "base", seen=(ADA, BOB))]) == ("ada@example.org", "bob@example.org")


def test_a_reviewed_commit_lends_nothing_to_one_beside_it() -> None:
    assert reviewers_of([commit("b", "a", seen=(ADA, BOB)), commit("a", "base")]) == ()


def test_the_commit_with_the_fewest_counts() -> None:
    commits = [commit("b", "a", seen=(ADA, BOB)), commit("a", "base", seen=(CYD,))]
    assert reviewers_of(commits) == ("cyd@example.org",)


def test_nobody_reviews_their_own_commit() -> None:
    assert reviewers_of([commit("a", "base", by="ada@example.org", seen=(ADA, BOB))]) == ("bob@example.org",)


def test_a_merge_speaks_for_what_it_brings_in_and_not_for_what_was_there() -> None:
    inside = [commit("m", "a", "f", seen=(ADA,), plain=True), commit("f", "base")]
    assert reviewers_of(inside) == ("ada@example.org",)
    assert reviewers_of([*inside, commit("a", "base")]) == ()


def test_a_merge_does_not_speak_for_what_its_branch_was_made_on() -> None:
    """The commit below the branch came to the main line by itself."""
    commits = [commit("m", "a", "f", seen=(ADA,), plain=True), commit("f", "a"), commit("a", "base")]
    assert reviewers_of(commits) == ()


def test_a_merge_that_adds_nothing_needs_no_reviewer_of_its_own() -> None:
    commits = [commit("m", "base", "f", plain=True), commit("f", "base", seen=(ADA,))]
    assert reviewers_of(commits) == ("ada@example.org",)


def test_a_merge_that_adds_something_of_its_own_is_a_commit_like_any_other() -> None:
    """Its author has slipped something in that no reviewer of the branch has seen."""
    assert reviewers_of([commit("m", "a", "f"), commit("f", "base", seen=(ADA,))]) == ()


def test_merges_within_what_a_merge_brings_in_are_spoken_for() -> None:
    commits = [
        commit("m", "base", "n", seen=(ADA,), plain=True),
        commit("n", "f", "g", plain=True),
        commit("f", "base"),
        commit("g", "base"),
    ]
    assert reviewers_of(commits) == ("ada@example.org",)


def test_a_name_without_an_address_is_nobody() -> None:
    assert reviewers_of([commit("a", seen=("Ada", "<ada>", "Ada <ada@example.org> and all", ""))]) == ()


def test_no_commit_has_no_reviewer() -> None:
    assert reviewers_of([]) == ()


NAMES = st.lists(st.sampled_from((ADA, BOB, CYD)), unique=True, max_size=3).map(tuple)
PEOPLE = ("ada@example.org", "bob@example.org", "cyd@example.org")


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(PEOPLE)), min_size=1, max_size=6))
def test_in_a_line_of_commits_each_is_seen_by_so_many_others(rows: list[tuple[tuple[str, ...], str]]) -> None:
    line = [commit(str(at), str(at + 1), by=by, seen=seen) for at, (seen, by) in enumerate(rows)]
    fewest = min(sum(by not in name.lower() for name in seen) for seen, by in rows)
    assert len(reviewers_of(line)) == fewest
