"""Which approval stands: of this stack, commit and settings, young enough, about a preflight that was approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from slipway.guard.permission import Here, Refused, standing
from slipway.ledger import Book, Deed, open_book

COMMIT = "c" * 40
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Here("cdn/production", "production", COMMIT, "sha256:settings", NOW)
PREFLIGHT = Deed(
    kind="preflight",
    outcome="approved",
    commit=COMMIT,
    plan="sha256:plan",
    config="sha256:settings",
    results={"stack": "cdn/production"},
)
APPROVAL = Deed(kind="approval", outcome="approved", plan="sha256:plan", of=1)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return open_book(str(tmp_path / "ledger"), "production", {"XDG_STATE_HOME": str(tmp_path)})


def filled(book: Book, *deeds: Deed, at: datetime = NOW - timedelta(minutes=10)) -> Book:
    for deed in deeds:
        book.append(deed, "Ada", at)
    return book


def why_not(book: Book, here: Here = HERE) -> str:
    with pytest.raises(Refused) as caught:
        standing(book.backwards(), here, 4)
    assert "slipway preflight production" in caught.value.advice or "clock" in caught.value.advice
    return caught.value.message


def test_approval_of_the_preflight_of_what_is_here_stands(book: Book) -> None:
    found = standing(filled(book, PREFLIGHT, APPROVAL).backwards(), HERE, 4)
    assert (found.approval.number, found.preflight.number) == (2, 1)


def test_without_an_approval_nothing_stands(book: Book) -> None:
    assert why_not(filled(book, PREFLIGHT)) == "nothing is approved for production"


@pytest.mark.parametrize(
    ("here", "why"),
    [
        ({"place": "cdn/other"}, "cdn/production, and this is cdn/other"),
        ({"commit": "d" * 40}, "and this is commit dddddddddddd"),
        ({"commit": COMMIT + "-dirty"}, "with uncommitted edits"),
        ({"commit": ""}, "no commit at all"),
        ({"config": "sha256:edited"}, "the settings of production are not those"),
        ({"now": NOW + timedelta(hours=5)}, "5.2 hours old; it holds for 4"),
        ({"now": NOW - timedelta(hours=1)}, "clock is behind"),
    ],
)
def test_approval_for_something_else_or_of_another_time_does_not_stand(
    book: Book, here: dict[str, object], why: str
) -> None:
    changed = Here(**{**{name: getattr(HERE, name) for name in Here.__slots__}, **here})
    assert why in why_not(filled(book, PREFLIGHT, APPROVAL), changed)


@pytest.mark.parametrize(
    ("preflight", "approval"),
    [
        ({"outcome": "refused"}, {}),
        ({"kind": "rehearsal", "outcome": "passed"}, {}),
        ({"plan": "sha256:grown"}, {}),
        ({}, {"plan": "sha256:other"}),
    ],
)
def test_approval_of_anything_but_that_very_preflight_does_not_stand(
    book: Book, preflight: dict[str, str], approval: dict[str, str]
) -> None:
    filled(book, msgspec.structs.replace(PREFLIGHT, **preflight), msgspec.structs.replace(APPROVAL, **approval))
    assert "about no approved preflight" in why_not(book)


def test_approval_that_was_taken_back_does_not_stand(book: Book) -> None:
    filled(book, PREFLIGHT, APPROVAL, msgspec.structs.replace(APPROVAL, outcome="refused"))
    assert why_not(book) == "Ada took the approval back at 2026-03-01 11:50Z"


def test_apply_that_was_carried_through_has_used_its_approval_up(book: Book) -> None:
    begun = Deed(kind="apply", outcome="begun", of=2)
    filled(book, PREFLIGHT, APPROVAL, begun)
    assert standing(book.backwards(), HERE, 4)
    filled(book, Deed(kind="apply", outcome="done", of=3))
    assert why_not(book) == "the last approval was used up by the apply of entry 4"


def test_approval_does_not_outlive_the_override_that_it_was_given_under(book: Book) -> None:
    until = NOW + timedelta(minutes=30)
    filled(book, msgspec.structs.replace(PREFLIGHT, expires=until), APPROVAL)
    assert standing(book.backwards(), HERE, 4)
    later = Here(HERE.place, HERE.stack, HERE.commit, HERE.config, until + timedelta(minutes=1))
    assert why_not(book, later) == "an override that it was approved under is over"


def test_clock_set_back_makes_no_old_approval_young(book: Book) -> None:
    """The ledger's last entry says how late it is at least."""
    filled(book, PREFLIGHT, APPROVAL, at=NOW - timedelta(hours=6))
    filled(book, Deed(kind="smoke", outcome="passed"), at=NOW - timedelta(minutes=2))
    back = Here(HERE.place, HERE.stack, HERE.commit, HERE.config, NOW - timedelta(minutes=4))
    assert "hours old" in why_not(book, back)
