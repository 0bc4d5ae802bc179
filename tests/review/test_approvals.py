"""A pull request's reviews, in both forms that they come in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.review import Approvals, read_approvals

HEAD, OLD = "a" * 40, "b" * 40
Form = Any


def api(*words: tuple[str, str, str]) -> bytes:
    """Of `GET /repos/{owner}/{repo}/pulls/{number}/reviews`: who, state, commit, a minute apart."""
    return json.dumps(
        [
            {
                "id": number,
                "user": {"login": who, "id": 1, "type": "User", "site_admin": False},
                "body": "",
                "state": state,
                "html_url": "https://github.com/example/cdn/pull/1",
                "submitted_at": f"2026-11-20T12:{number:02}:00Z",
                "commit_id": commit,
                "author_association": "MEMBER",
            }
            for number, (who, state, commit) in enumerate(words)
        ]
    ).encode()


def gh(*words: tuple[str, str, str], author: str = "mallory") -> bytes:
    """Of `gh pr view --json reviews,author,headRefOid`."""
    return json.dumps(
        {
            "author": {"id": "x", "is_bot": False, "login": author, "name": ""},
            "headRefOid": HEAD,
            "reviews": [
                {
                    "id": "x",
                    "author": {"login": who},
                    "authorAssociation": "MEMBER",
                    "body": "",
                    "submittedAt": f"2026-11-20T12:{number:02}:00Z",
                    "includesCreatedEdit": False,
                    "reactionGroups": [],
                    "state": state,
                    "commit": {"oid": commit},
                }
                for number, (who, state, commit) in enumerate(words)
            ],
        }
    ).encode()


def read(text: bytes) -> Approvals:
    return read_approvals(text, lambda commit: commit == HEAD)


@pytest.mark.parametrize("form", [api, gh])
def test_the_last_word_of_each_counts_and_a_comment_is_none(form: Form) -> None:
    words = (
        ("ada", "APPROVED", HEAD),
        ("bob", "APPROVED", HEAD),
        ("bob", "CHANGES_REQUESTED", HEAD),
        ("cyd", "CHANGES_REQUESTED", HEAD),
        ("cyd", "APPROVED", HEAD),
        ("dan", "APPROVED", HEAD),
        ("dan", "DISMISSED", HEAD),
        ("ada", "COMMENTED", HEAD),
        ("eve", "PENDING", HEAD),
    )
    assert read(form(*words)) == Approvals(("ada", "cyd"), (), ("bob",))


@pytest.mark.parametrize("form", [api, gh])
def test_an_approval_of_another_commit_or_of_none_does_not_count(form: Form) -> None:
    assert read(form(("ada", "APPROVED", OLD), ("bob", "APPROVED", ""))) == Approvals((), ("ada", "bob"), ())


def test_an_approval_that_names_no_commit_is_of_none_whatever_is_judged() -> None:
    assert read_approvals(api(("ada", "APPROVED", "")), lambda commit: True).by == ()


@pytest.mark.parametrize("form", [api, gh])
def test_a_newer_approval_of_another_commit_takes_the_older_one_back(form: Form) -> None:
    """Its last word is about something else."""
    assert read(form(("ada", "APPROVED", HEAD), ("ada", "APPROVED", OLD))).by == ()


@pytest.mark.parametrize("form", [api, gh])
def test_one_person_is_one_person_however_the_login_is_written(form: Form) -> None:
    assert read(form(("Ada", "APPROVED", HEAD), ("ada", "APPROVED", HEAD))).by == ("ada",)


def test_the_author_does_not_count_however_the_login_is_written() -> None:
    assert read(gh(("Mallory", "APPROVED", HEAD), ("ada", "APPROVED", HEAD))).by == ("ada",)


def test_words_are_taken_in_their_order_of_time_and_not_of_the_file() -> None:
    words = json.loads(api(("ada", "CHANGES_REQUESTED", HEAD), ("ada", "APPROVED", HEAD)))
    assert read(json.dumps(words[::-1]).encode()) == read(json.dumps(words).encode()) == Approvals(("ada",))


def test_bots_and_people_who_are_gone_do_not_count() -> None:
    words = json.loads(api(("helper[bot]", "APPROVED", HEAD), ("robot", "APPROVED", HEAD), ("x", "APPROVED", HEAD)))
    words[1]["user"]["type"] = "Bot"
    words[2]["user"] = None
    assert read(json.dumps(words).encode()) == Approvals()


def test_a_login_is_one_printable_line() -> None:
    (login,) = read(api(("a\x1b[31m\nb" + "c" * 100, "APPROVED", HEAD))).by
    assert login.isprintable()
    assert len(login) <= 40


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b"null", b"[1]", b"\xff", b"[" * 100_000, b'{"reviews": [], "headRefOid": ""}',
        b'[{"user": {"login": "ada"}, "commit_id": "x"}]',
        b'{"reviews": 1, "author": {"login": "a"}, "headRefOid": ""}',
        b'{"data": {"repository": {"pullRequest": {}}}}',
    ],
)  # fmt: skip
def test_what_holds_no_reviews_is_bad_input(text: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read(text)
    assert "gh pr view" in caught.value.advice


WORDS = st.lists(
    st.tuples(
        st.sampled_from(("ada", "bob", "Ada")),
        st.sampled_from(("APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED", "approved")),
        st.sampled_from((HEAD, OLD)),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(WORDS)
def test_both_forms_say_the_same_as_reading_each_persons_words_one_by_one(words: list[tuple[str, str, str]]) -> None:
    expected: dict[str, tuple[str, str]] = {}
    for who, state, commit in words:
        if state in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED"):
            expected[who.lower()] = state, commit
    by = tuple(sorted(who for who, word in expected.items() if word == ("APPROVED", HEAD)))
    assert read(api(*words)).by == read(gh(*words)).by == by
