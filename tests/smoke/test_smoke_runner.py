"""Whatever a check does, it has a result, in order and in time."""

from __future__ import annotations

import time

from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network, NotReached
from slipway.smoke.runner import run, run_one

NOWHERE = Network(resolvers=())


def check(name: str, outcome: Outcome | Exception | float, beyond: str = "") -> Check:
    """A check that has this outcome, raises this error, or passes after so many seconds."""

    def look(network: Network) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, float):
            time.sleep(outcome)
            return passed("slept")
        return outcome

    return Check("dns", name, "host.example", look, beyond)


def test_results_come_in_the_order_of_the_checks() -> None:
    results = run(
        [check("slow", 0.1), check("wrong", failed("no", a=1)), check("left", skipped("why"))], NOWHERE, seconds=5
    )
    assert [(one.id, one.status, one.message) for one in results] == [
        ("dns.slow host.example", "passed", "slept"),
        ("dns.wrong host.example", "failed", "no"),
        ("dns.left host.example", "skipped", "why"),
    ]
    assert results[1].seen == {"a": "1"}
    assert results[0].seconds >= 0.1


def test_what_is_not_done_in_time_has_failed_and_holds_nobody_up() -> None:
    started = time.monotonic()
    results = run([check("hangs", 30.0), check("quick", passed("ok"))], NOWHERE, seconds=0.2)
    assert [one.status for one in results] == ["failed", "passed"]
    assert results[0].message == "no result within the time limit of 0.2 s"
    assert time.monotonic() - started < 5


def test_checks_run_beside_each_other() -> None:
    started = time.monotonic()
    results = run([check(str(number), 0.2) for number in range(16)], NOWHERE, seconds=10)
    assert {one.status for one in results} == {"passed"}
    assert time.monotonic() - started < 2


def test_who_is_told_hears_how_many_are_done() -> None:
    heard: list[tuple[int, int]] = []
    run([check("a", passed("")), check("b", passed(""))], NOWHERE, seconds=5, told=lambda *told: heard.append(told))
    assert heard[-1] == (2, 2)


def test_no_checks_are_no_results() -> None:
    assert run([], NOWHERE, seconds=5) == ()


def test_silence_and_our_own_mistakes_are_failures() -> None:
    assert run_one(check("a", NotReached("nobody is there")), NOWHERE).message == "nobody is there"
    broken = run_one(check("a", KeyError("x")), NOWHERE)
    assert (broken.status, broken.message) == ("failed", "host.example: the check itself failed: KeyError: 'x'")


def test_what_is_outside_is_left_out_on_the_local_internet_alone() -> None:
    """With the reason; in the real one it is looked at."""
    outside = check("a", passed("there"), beyond="pool.cdn.example.com")
    local = run_one(outside, Network(resolvers=(), local=True))
    assert (local.status, local.message) == ("skipped", "pool.cdn.example.com is outside the local internet")
    assert run_one(outside, NOWHERE).status == "passed"
