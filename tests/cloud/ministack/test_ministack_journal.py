"""The journal: entries in order, whoever waits wakes, and a change has spread when its follower has it."""

from __future__ import annotations

import asyncio
import time

from slipway.cloud.ministack.journal import Journal, Pending


def test_entries_after_a_number_come_in_order() -> None:
    journal = Journal()
    for identity in ("Z1", "Z2", "Z3"):
        journal.record("route53", identity)
    assert [(entry.n, entry.id) for entry in journal.after(1)] == [(2, "Z2"), (3, "Z3")]


def test_new_epoch_forgets_entries_and_goes_on_counting() -> None:
    """So that a follower who asks for what came after the last entry is answered at once."""
    journal = Journal()
    journal.record("route53", "Z1")
    epoch = journal.epoch
    journal.begin()
    assert journal.epoch != epoch
    assert journal.after(0) == ()
    assert journal.last == 2


def test_follower_wakes_with_the_entry() -> None:
    """Not when its time is over."""

    async def follow() -> float:
        journal = Journal()
        began = time.monotonic()
        waiting = asyncio.create_task(journal.news(0, 30))
        await asyncio.sleep(0.01)
        journal.record("s3", "files")
        await waiting
        return time.monotonic() - began

    assert asyncio.run(follow()) < 5


def test_wait_without_news_ends_when_its_time_is_over() -> None:
    asyncio.run(Journal().news(0, 0.01))


def test_change_spreads_by_the_clock_when_nobody_follows() -> None:
    journal = Journal()
    now = time.time()
    assert journal.has_spread(Pending(now - 1, 1))
    assert not journal.has_spread(Pending(now + 60, 1))


def test_change_has_not_spread_before_the_follower_has_it() -> None:
    """Its time is over, but the name servers and edges do not know of it yet."""
    journal = Journal()
    journal.follow(0)
    journal.record("route53", "Z1")
    assert not journal.has_spread(Pending(time.time() - 1, 1))
    journal.follow(1)
    assert journal.has_spread(Pending(time.time() - 1, 1))


def test_nobody_waits_for_a_follower_that_has_left() -> None:
    journal = Journal()
    journal.follow(0)
    journal.record("route53", "Z1")
    journal.leave()
    assert journal.has_spread(Pending(time.time() - 1, 1))
