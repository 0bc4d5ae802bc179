"""Overrides in the ledger: who may ask for what, and how long it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.ledger import Book, Deed, Entry, Link, open_book
from slipway.preflight import Finding
from slipway.rollout.overrides import LONGEST, active, deed_of, gives_way, revocation_of, wish

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHO = "Ada <ada@example.org>"
REASON = "the old host is down anyway"


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return open_book(str(tmp_path / "ledger"), "production", {"XDG_STATE_HOME": str(tmp_path)})


def asked(book: Book, now: datetime, scope: str = "one-change", expires: str = "2h") -> int:
    return book.append(deed_of(wish(scope, REASON, expires), book, now), WHO, now).entry.number


def in_force(book: Book, now: datetime) -> list[int]:
    return [each.entry for each in active(book.backwards(), now)]


def test_an_override_holds_until_its_time_and_no_longer(book: Book) -> None:
    asked(book, NOON)
    assert in_force(book, hours(1.99)) == [1]
    assert in_force(book, hours(2)) == []


def test_it_says_who_when_why_and_until_when(book: Book) -> None:
    asked(book, NOON, "hostname-dark:old.example.org")
    (found,) = active(book.backwards(), NOON)
    assert (found.scope, found.who, found.reason) == ("hostname-dark:old.example.org", WHO, REASON)
    assert (found.since, found.until) == ("2026-11-20 12:00Z", "2026-11-20 14:00Z")


def test_a_clock_that_is_set_back_revives_nothing(book: Book) -> None:
    """Somebody has written to the ledger since it expired."""
    asked(book, NOON)
    book.append(Deed(kind="preflight", outcome="refused"), WHO, hours(2.5))
    assert in_force(book, hours(1)) == []


def test_it_begins_by_the_ledgers_time_where_that_is_later(book: Book) -> None:
    """Or it would be over, by the same ledger, before it began."""
    book.append(Deed(kind="preflight", outcome="refused"), WHO, hours(1))
    assert deed_of(wish("one-change", REASON, "2h"), book, NOON).expires == hours(3)


def test_one_that_is_revoked_is_over_and_another_is_not(book: Book) -> None:
    first, second = asked(book, NOON), asked(book, NOON, "hostname-dark")
    book.append(revocation_of(first, active(book.backwards(), NOON)), WHO, NOON)
    assert in_force(book, NOON) == [second]
    with pytest.raises(BadInput, match="no override of entry 1 is in force"):
        revocation_of(first, active(book.backwards(), NOON))


def test_several_are_told_the_oldest_first(book: Book) -> None:
    asked(book, NOON)
    asked(book, hours(1))
    assert in_force(book, hours(1.5)) == [1, 2]


def entry(number: int, at: datetime, deed: Deed) -> Link:
    return Link(
        Entry(environment="production", number=number, previous="", nonce="", at=at, who=WHO, deed=deed), "hash"
    )


@pytest.mark.parametrize(
    "deed",
    [
        Deed(kind="override", outcome="approved", expires=hours(2)),
        Deed(kind="override", outcome="approved", expires=hours(2), results={"rule": "one-change"}),
        Deed(kind="override", outcome="approved", expires=hours(2), results={"rule": True, "hostname": ""}),
        Deed(kind="override", outcome="approved", results={"rule": "one-change", "hostname": ""}),
        Deed(kind="override", outcome="refused", expires=hours(2), results={"rule": "one-change", "hostname": ""}),
        Deed(kind="approval", outcome="approved", expires=hours(2), results={"rule": "one-change", "hostname": ""}),
        Deed(
            kind="override",
            outcome="approved",
            expires=hours(2).replace(tzinfo=None),
            results={"rule": "one-change", "hostname": ""},
        ),
    ],
)
def test_an_entry_that_says_too_little_is_none(deed: Deed) -> None:
    assert active([entry(1, NOON, deed)], NOON) == ()


def test_one_that_claims_a_month_holds_a_day() -> None:
    deed = Deed(kind="override", outcome="approved", expires=hours(720), results={"rule": "one-change", "hostname": ""})
    (found,) = active([entry(1, NOON, deed)], hours(23.9))
    assert found.until == "2026-11-21 12:00Z"
    assert active([entry(1, NOON, deed)], hours(24)) == ()


def test_no_more_is_read_than_can_matter(book: Book) -> None:
    """A bucket answers one request for each entry."""
    read: list[int] = []

    def links() -> Iterable[Link]:
        for number in range(1000, 0, -1):
            read.append(number)
            yield entry(number, NOON + timedelta(hours=number), Deed(kind="preflight", outcome="approved"))

    assert active(links(), NOON) == ()
    assert len(read) == 25


@pytest.mark.parametrize(
    ("scope", "reason", "expires", "says"),
    [
        ("hostname-drak", REASON, "2h", "'hostname-drak' is no rule that can be overridden"),
        ("policy", REASON, "2h", "'policy' is no rule"),
        ("", REASON, "2h", "'' is no rule"),
        ("one-change:a.example.org", REASON, "2h", "what one-change finds is about no single host name"),
        ("hostname-dark:", REASON, "2h", "'hostname-dark:' names no host"),
        ("hostname-dark", "", "2h", "needs a reason that others understand"),
        ("hostname-dark", "please do", "2h", "needs a reason"),
        ("hostname-dark", ". . . .", "2h", "needs a reason"),
        ("hostname-dark", REASON, "", "is not a time of up to 24 hours"),
        ("hostname-dark", REASON, "25h", "is not a time"),
        ("hostname-dark", REASON, "1441m", "is not a time"),
        ("hostname-dark", REASON, "0h", "is not a time"),
        ("hostname-dark", REASON, "-1h", "is not a time"),
        ("hostname-dark", REASON, "2 h", "is not a time"),
        ("hostname-dark", REASON, "1d", "is not a time"),
        ("hostname-dark", REASON, "٢h", "is not a time"),
    ],
)
def test_what_cannot_be_asked_for_is_told(scope: str, reason: str, expires: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        wish(scope, reason, expires)
    assert says in caught.value.message


def test_a_host_is_meant_however_it_is_written() -> None:
    assert wish("hostname-dark:Old.Example.org.", REASON, "24h").hostname == "old.example.org"


@pytest.mark.parametrize(
    ("finding", "scope", "gives"),
    [
        (Finding("hostname-dark", "", "", hostnames=("a.example.org",)), "hostname-dark", True),
        (Finding("hostname-dark", "", "", hostnames=("a.example.org",)), "hostname-dark:a.example.org", True),
        (Finding("hostname-dark", "", "", hostnames=("a.example.org",)), "hostname-dark:b.example.org", False),
        (Finding("hostname-dark", "", "", hostnames=("a.example.org",)), "hostname-dim", False),
        (Finding("one-change", "", "", always=True), "one-change", False),
    ],
)
def test_what_would_give_way_is_known_before_it_is_written_down(finding: Finding, scope: str, gives: bool) -> None:
    assert gives_way([finding], wish(scope, REASON, "1h")) is gives


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 1440), st.booleans()), max_size=8),
    st.integers(0, 4000),
    st.integers(0, 4000),
)
def test_whatever_the_clocks_say_one_is_in_force_only_within_its_own_day(
    rows: list[tuple[int, int, bool]], now: int, last: int
) -> None:
    """By brute force over every entry, with a newest entry at any time and a clock that may be behind it."""
    at = NOON
    links: list[Link] = []
    ends: dict[int, datetime] = {}
    for number, (wait, lasting, revoked) in enumerate(rows):
        at += timedelta(minutes=wait)
        until = at + timedelta(minutes=lasting)
        results = {"rule": "one-change", "hostname": ""}
        deed = Deed(kind="override", outcome="approved", expires=until, results=results)
        links.append(entry(2 * number + 1, at, deed))
        end = Deed(kind="override", outcome="done", of=2 * number + 1) if revoked else deed
        if revoked:
            links.append(entry(2 * number + 2, at, end))
        else:
            ends[2 * number + 1] = until
    newest = at + timedelta(minutes=last)
    links.append(entry(1000, newest, Deed(kind="preflight", outcome="approved")))
    clock = NOON + timedelta(minutes=now)
    expected = [number for number, until in ends.items() if max(clock, newest) < until]
    assert [each.entry for each in active(links[::-1], clock)] == expected
    assert timedelta(minutes=1440) == LONGEST
