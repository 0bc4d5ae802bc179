"""From probes to dark seconds: spans, the two kinds of users, names that come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.rehearsal.timeline import Probe, Span, Watched, Way, union, watched

HOST = "static.example.org"


def probes(way: Way, *outcomes: str, every: float = 10.0, start: float = 0.0) -> list[Probe]:
    """One probe after the other; an outcome is a kind of failure, or nothing."""
    moments = (start + every * index for index in range(len(outcomes)))
    return [
        Probe(HOST, way, at, at + 1, fault, f"{fault} came" if fault else "")
        for at, fault in zip(moments, outcomes, strict=True)
    ]


def met(*seen: list[Probe], ended: float = 100.0) -> Watched:
    return watched([probe for each in seen for probe in each], [HOST], ended)[0]


def test_a_name_that_always_answers_is_not_dark() -> None:
    found = met(probes("cached", "", "", ""), probes("fresh", "", ""))
    assert (found.requests, found.failures, found.dark, found.dark_seconds) == (5, {}, (), 0)


def test_a_name_is_dark_from_the_first_failed_probe_to_the_next_that_succeeds() -> None:
    found = met(probes("fresh", "", "no-name", "http", "", ""))
    assert found.dark == (Span(10, 30),)
    assert (found.failures, found.example) == ({"no-name": 1, "http": 1}, "no-name came")


def test_what_still_fails_in_the_end_is_dark_until_the_end_of_the_watching() -> None:
    assert met(probes("fresh", "", "tls"), ended=70).dark == (Span(10, 70),)


def test_two_outages_are_two_spans() -> None:
    assert met(probes("fresh", "", "tls", "", "tls", "")).dark == (Span(10, 20), Span(30, 40))


def test_a_tail_of_negative_caching_is_dark_but_only_behind_resolvers() -> None:
    """The record is back for those who ask afresh, and resolvers still remember that it was not there."""
    found = met(probes("fresh", "", "no-name", "", "", ""), probes("cached", "", "no-name", "no-name", "no-name", ""))
    assert found.dark == (Span(10, 40),)
    assert (found.held, found.held_seconds) == ((Span(20, 40),), 20)
    assert found.outright == (Span(10, 20),)


def test_a_new_name_is_counted_from_its_first_answer() -> None:
    found = met(probes("fresh", "no-name", "no-name", "", "http", ""))
    assert (found.served_first, found.requests, found.dark) == (20, 3, (Span(30, 40),))


def test_a_name_that_never_answers_was_never_served_and_has_no_outage() -> None:
    found = met(probes("fresh", "no-name", "no-name"))
    assert (found.served_first, found.requests, found.dark) == (None, 0, ())


def test_a_name_that_is_made_and_leads_nowhere_is_dark_from_then_on() -> None:
    """One of two that lead to one another. A resolver that was asked before remembers that there was none."""
    fresh = probes("fresh", "no-name", "no-dns", "no-dns", "no-dns", "no-dns")
    cached = probes("cached", "no-name", "no-name", "no-name", "no-dns", start=5)
    found = met(fresh, cached)
    assert (found.served_first, found.requests, found.dark) == (None, 3, (Span(30, 100),))
    assert met(probes("fresh", "no-dns", "no-dns")).dark == ()


def test_a_name_that_resolves_before_it_serves_is_dark_until_it_does() -> None:
    """The record came before the alias."""
    assert met(probes("fresh", "no-name", "tls", "tls", "")).dark == (Span(10, 30),)
    assert met(probes("fresh", "no-name", "tls", "tls"), ended=60).dark == (Span(10, 60),)


def test_what_was_broken_before_the_apply_is_not_its_doing() -> None:
    broken = met(probes("fresh", "tls", "tls", "tls", start=-15))
    mended = met(probes("fresh", "tls", "tls", "", "http", "", start=-15))
    assert (broken.requests, broken.dark, broken.served_first) == (0, (), None)
    assert (mended.dark, mended.served_first) == ((Span(15, 25),), 5)


def test_a_new_name_may_be_unheard_of_for_a_while_but_what_it_leads_to_must_serve() -> None:
    """One name server knows it and the next does not, and a resolver remembers what that one said."""
    seen = probes("fresh", "", "no-name", "", "tls", "", "no-address", "")
    [found] = watched(seen, [HOST], 100, new={HOST})
    assert (found.dark, found.failures) == ((Span(30, 40),), {"tls": 1})


@pytest.mark.parametrize(("last", "served"), [("", True), ("no-name", False)])
def test_it_is_told_whether_a_name_is_served_in_the_end(last: str, served: bool) -> None:
    [found] = watched(probes("fresh", "", "no-name", "", last), [HOST], 100, new={HOST})
    assert found.served_last == served


def test_names_come_in_the_order_they_were_asked_in() -> None:
    assert [each.name for each in watched([], ["b", "a"], 10)] == ["b", "a"]


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 10)).map(lambda given: Span(given[0], given[0] + given[1])), max_size=8
)


@given(spans, spans)
def test_a_union_holds_every_moment_of_each_and_no_other(first: list[Span], second: list[Span]) -> None:
    def moments(some: list[Span] | tuple[Span, ...]) -> set[int]:
        return {moment for span in some for moment in range(int(span.began), int(span.ended))}

    joined = union(first, second)
    assert moments(joined) == moments(first) | moments(second)
    assert all(a.ended < b.began for a, b in pairwise(joined))


@given(
    st.lists(st.sampled_from(["", "http"]), min_size=1, max_size=30),
    st.lists(st.sampled_from(["", "tls"]), max_size=30),
)
def test_dark_time_is_that_outright_and_that_behind_resolvers_together(fresh: list[str], cached: list[str]) -> None:
    found = met(probes("fresh", *fresh), probes("cached", *cached), ended=400)
    outright = sum(span.seconds for span in found.outright)
    assert outright + found.held_seconds == pytest.approx(found.dark_seconds)
