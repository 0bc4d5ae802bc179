"""The way back that is worked out from a plan is the one that the engine would print, and its point of no return is
the one that brute force finds."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from oracle.edits import changes, plans
from oracle.previews import Program, document
from oracle.worlds import DECLARED

from slipway.durations import Durations
from slipway.plan import Order, Plan, end, order_of, read_plan, start, urn_name
from slipway.preflight.aws import scene_of
from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.estate import estate_of
from slipway.preflight.proof.records import names_of
from slipway.preflight.wayback import Untold, reverse
from slipway.preflight.wayback.stops import first_without_return

NIGHTLY = settings.get_current_profile_name() == "nightly"
AMOUNT = settings() if NIGHTLY else settings(max_examples=100, deadline=None, derandomize=True, database=None)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def engines_own(after: Program, before: Program) -> dict[str, Any]:
    """The preview of the program before over what the program after made. Whether a replacement deletes first is the
    provider's choice here, and so the same both ways."""
    again = {
        name: replace(one, delete_first=after[name].delete_first) if name in after else one
        for name, one in before.items()
    }
    try:
        return document(after, again)
    except ValueError:
        assume(False)
        raise


def worked_out(preview: dict[str, Any], stop: frozenset[int] | None = None) -> Plan:
    plan = read_plan(json.dumps(preview))
    scene = scene_of(plan, order_of(plan))
    try:
        return reverse(plan, stop, names_of(scene, estate_of(scene)).by_urn)
    except Untold:
        assume(False)
        raise


def statuses(plan: Plan) -> dict[str, str]:
    proof = Evidence(plan, (), (DECLARED,), (), Durations()).proof
    assert not proof.failed
    return {hostname.name: hostname.status for hostname in proof.hostnames}


def acting(plan: Plan) -> set[tuple[str, str]]:
    return {(operation.op.value, operation.urn) for operation in order_of(plan).operations}


FALLEN = {"dark", "dim", "stale"}


def assert_as_careful(ours: Plan, preview: dict[str, Any]) -> None:
    """The same operations and statuses. What only the apply tells, the way back may still call unknown, and of two ways
    to fall it may name the one that it is sure of."""
    real = read_plan(json.dumps(preview))
    assert acting(ours) == acting(real)
    found, wanted = statuses(ours), statuses(real)
    assert found.keys() == wanted.keys()
    for name, status in found.items():
        assert status in (wanted[name], "unknown") or {status, wanted[name]} <= FALLEN, name


@settings(AMOUNT, suppress_health_check=SLOW)
@given(changes())
def test_the_way_back_from_the_finished_apply_is_what_the_engine_would_print(change):
    """The program of before over what the program of after made."""
    before, after, preview = change
    assume(not any(one.replaced for one in after.values()))  # nothing in the program says it: no way back repeats it
    note(json.dumps(preview))
    assert_as_careful(worked_out(preview), engines_own(after, before))


@settings(AMOUNT, suppress_health_check=SLOW)
@given(changes(), st.integers(0, 255))
def test_the_way_back_from_a_stop_is_what_the_engine_would_print(change, number):
    """Wherever the apply stops: the program of before over a mixture of both."""
    before, after, preview = change
    plan = read_plan(json.dumps(preview))
    order = order_of(plan)
    assume(not any(operation.partner is not None for operation in order.operations))
    assume(all(operation.op.value in ("create", "update", "delete") for operation in order.operations))
    stops = every_stop(order)
    stop = stops[number % len(stops)]
    mixed = dict(before)
    for operation in (order.operations[each] for each in sorted(stop)):
        name = urn_name(operation.urn)
        mixed.pop(name, None)
        if operation.op.value != "delete":
            mixed[name] = after[name]
    note(json.dumps(preview))
    note(str(sorted(stop)))
    assert_as_careful(worked_out(preview, stop), engines_own(mixed, before))


def every_stop(order: Order) -> list[frozenset[int]]:
    """Brute force: the sets of operations that hold all that must come before any of them."""
    numbers = [operation.index for operation in order.operations]
    of = order.operations
    needs = {n: {m for m in numbers if order.before(end(of[m]), start(of[n]))} for n in numbers}
    subsets = chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1))
    return [frozenset(each) for each in subsets if all(needs[n] <= set(each) for n in each)]


PATTERNS = st.lists(st.tuples(st.frozensets(st.integers(0, 7)), st.frozensets(st.integers(0, 7))), max_size=4)


@settings(AMOUNT, suppress_health_check=SLOW)
@given(plans(), PATTERNS)
def test_the_point_of_no_return_is_the_first_that_any_stop_shows(preview, patterns):
    """Whatever the stops without a way back are: the search finds the earliest operation that completes one of them."""
    order = order_of(read_plan(json.dumps(preview)))
    looked_at: list[frozenset[int]] = []

    def wrong_at(stop: frozenset[int]) -> str:
        looked_at.append(stop)
        return "lost" if any(done <= stop and stop.isdisjoint(missing) for done, missing in patterns) else ""

    found = first_without_return(order, wrong_at, most=10_000)
    stops = [stop for stop in every_stop(order) if stop]
    assert found.exact
    assert set(looked_at) <= set(stops)
    lost = [max(stop) for stop in stops if wrong_at(stop)]
    assert found.operation == min(lost, default=None)


@settings(AMOUNT, suppress_health_check=SLOW)
@given(plans(), st.lists(st.frozensets(st.integers(0, 7), min_size=1), max_size=4))
def test_what_is_lost_for_good_is_found_without_looking_at_every_stop(preview, lost):
    """Two stops an operation are enough where nothing that comes later repairs it."""
    order = order_of(read_plan(json.dumps(preview)))
    counted = 0

    def wrong_at(stop: frozenset[int]) -> str:
        nonlocal counted
        counted += 1
        return "lost" if any(each <= stop for each in lost) else ""

    quick = first_without_return(order, wrong_at, most=0)
    assert counted <= 2 * len(order.operations)
    assert quick.operation == first_without_return(order, wrong_at, most=10_000).operation
