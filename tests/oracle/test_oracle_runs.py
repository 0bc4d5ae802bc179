"""The order of operations by hand, what a run is, and whether random plans are worth drawing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from oracle.edits import plans
from oracle.hand import STATIC, WWW, green, site, without
from oracle.previews import Program, Resource, document
from oracle.simulator import Instant, Simulator
from oracle.worlds import DECLARED, record


def waits(before: Program, after: Program) -> dict[str, set[str]]:
    found = Simulator(document(before, after)).schedule.waits
    return {repr(one): {repr(other) for other in ends} for one, ends in found.items()}


def test_delete_first_chain_drags_its_dependents_and_waits_for_what_the_new_state_needs():
    """Dependents that would be replaced go first; the root's own dependencies come before the whole chain."""
    before = site()
    cert = replace(before["cert"].having(subjectAlternativeNames=[]), delete_first=True, after=("zone",))
    found = waits(before, before | {"cert": cert, "zone": before["zone"].having(comment="new")})
    dragged = ["delete-replaced cert-issued", "delete-replaced cert-proof", "delete-replaced cert"]
    assert found[dragged[0]] == {"update zone"}
    for earlier, later in pairwise(dragged):
        assert earlier in found[later]
    assert found["create-replacement cert"] == {"update zone", *dragged}
    assert found["create-replacement cert-issued"] >= {"create-replacement cert-proof", dragged[0]}


def test_late_deletes_come_in_waves():
    """A condemned resource that depends on a condemned one goes in an earlier wave than one that does not, related or
    not; two that are tied through a resource that stays are in one wave."""
    before = site(other=record(STATIC, DECLARED, alias=False))
    found = waits(before, without(before, "www", "read", "blue", "other", "cert", "cert-issued", "cert-proof"))
    assert found["delete other"] >= {
        "delete www",
        "delete read",
        "delete blue",
        "delete cert-issued",
        "delete cert-proof",
    }
    assert found["delete cert"] == found["delete other"]
    spare = Resource("function", {"name": "spare", "code": "1"})
    before |= {"spare": spare, "router": replace(before["router"], after=("spare",))}
    before["www"] = replace(before["www"], after=("router",))
    after = without(before, "www", "spare") | {"router": replace(before["router"], after=())}
    assert waits(before, after) == {"delete www": set(), "delete spare": set()}


def test_retained_delete_does_nothing():
    before = site()
    before["www"] = replace(before["www"], retained=True)
    simulator = Simulator(document(before, without(before, "www")))
    assert not simulator.schedule.operations


def test_counterexample_must_be_a_run_that_ends_in_the_dark():
    """A run out of order, a run that stops too early and an unknown operation are no counterexamples."""
    before = site(green=green())
    after = before | {"blue": before["blue"].having(aliases=[]), "green": green(WWW, after=("blue",))}
    simulator = Simulator(document(before, after))
    blue, other = (step["urn"] for step in document(before, after)["steps"] if step["op"] == "update")
    assert simulator.replays([("start", "update", blue)], WWW, "dark")
    assert simulator.replays([("start", "update", blue), ("end", "update", blue)], WWW, "dark")
    assert not simulator.replays([], WWW, "dark")
    assert not simulator.replays([("end", "update", blue)], WWW, "dark")
    assert not simulator.replays([("start", "delete", blue)], WWW, "dark")
    assert not simulator.replays([("start", "update", blue), ("start", "update", other)], WWW, "dark")
    whole = [(event, "update", urn) for urn in (blue, other) for event in ("start", "end")]
    assert not simulator.replays(whole, WWW, "dark")


def cuts(simulator: Simulator) -> set[Instant]:
    """The long way: every sequence of starts, effects and ends."""
    waiting = simulator.schedule.waits
    begin = (frozenset(), frozenset(), simulator.first)
    seen, look = {begin}, [begin]
    while look:
        started, ended, instant = look.pop()
        moves = []
        for one in simulator.schedule.operations:
            if one not in started and waiting[one] <= ended:
                moves.append((started | {one}, ended, instant))
            elif one in started and one not in instant.effected:
                moves.append((started, ended, simulator._effect(instant, one)))
            elif one in instant.effected and one not in ended:
                moves.append((started, ended | {one}, instant))
        for move in moves:
            if move not in seen:
                seen.add(move)
                look.append(move)
    return {instant for _, _, instant in seen}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(plans())
def test_walking_effects_shows_every_moment_of_every_run(preview: dict[str, Any]):
    """Starts and ends bring no world that the order of effects alone does not."""
    simulator = Simulator(preview)
    assert cuts(simulator) == simulator.instants


@settings(max_examples=200, deadline=None, derandomize=True)
@given(plans())
def test_random_plans_start_from_names_that_work(preview: dict[str, Any]):
    """Every name that stands before the plan is served then, so that whatever is wrong came with the plan."""
    simulator = Simulator(preview)
    assert not [wrong for host in simulator.before for wrong in simulator.wrongs(simulator.first, host)]


def test_random_plans_are_of_all_sorts():
    """No status is out of the generator's reach, nor are plans of many operations."""
    found: Counter[str] = Counter()

    @settings(max_examples=1000, deadline=None, derandomize=True, database=None)
    @given(plans())
    def look(preview: dict[str, Any]) -> None:
        simulator = Simulator(preview)
        found.update(simulator.statuses().values())
        found[f"{len(simulator.schedule.operations)} operations"] += 1

    look()
    for status in ("lit", "dark", "stale", "dim", "new", "retired", "unknown"):
        assert found[status], status
    assert sum(found[f"{number} operations"] for number in range(4, 9)) > 100
