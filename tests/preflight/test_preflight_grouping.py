"""The grouping into changes, against an oracle that knows nothing of it, and under edits that must not matter."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from slipway.plan import Plan, read_plan
from slipway.preflight.changes import changes_of
from slipway.preflight.world import world_of

HEAD = "urn:pulumi:production::any::"
ROOT = f"{HEAD}pulumi:pulumi:Stack::any-production"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
KIND = "any:index:Thing"  # A type nobody knows: nothing joins it but what the plan itself says.


@dataclass(frozen=True)
class Thing:
    """One resource: what its inputs `in0`, `in1` ... come from, whether the program edits it, whether that replaces."""

    sources: tuple[int, ...]
    edited: bool
    replaces: bool


@st.composite
def programs(draw) -> list[Thing]:
    """A random acyclic program with random edits."""
    size = draw(st.integers(1, 9))
    things = []
    for number in range(size):
        sources = draw(st.lists(st.integers(0, number - 1), unique=True, max_size=3)) if number else []
        things.append(Thing(tuple(sources), draw(st.booleans()), draw(st.booleans())))
    return things


def oracle(things: list[Thing]) -> tuple[set[int], int]:
    """Who changes, and how many roots there are, by brute force: repeat until nothing more follows.

    A thing is replaced when edited so, or when what it reads may come out anew: any input from a replaced thing.
    """
    replaced: set[int] = set()
    while True:
        more = {n for n, t in enumerate(things) if (t.edited and t.replaces) or replaced & set(t.sources)}
        if more == replaced:
            break
        replaced = more
    acting = replaced | {n for n, thing in enumerate(things) if thing.edited}
    return acting, sum(thing.edited for thing in things)


def urn(number: int, prefix: str = "t") -> str:
    return f"{HEAD}{KIND}::{prefix}{number}"


def plan(things: list[Thing], order: list[int] | None = None, prefix: str = "t", sames: int = 0) -> Plan:
    return _read(_steps(things, order, prefix, sames))


def _steps(things: list[Thing], order: list[int] | None, prefix: str, sames: int) -> list[dict]:
    acting, _ = oracle(things)
    replaced = {n for n in acting if things[n].replaces and things[n].edited}
    while more := {n for n in acting - replaced if replaced & set(things[n].sources)}:
        replaced |= more
    steps: list[dict] = []
    late: list[dict] = []
    for number in order or range(len(things)):
        thing = things[number]
        inputs = {f"in{source}": f"value-of-{source}" for source in thing.sources}
        edges = {f"in{source}": [urn(source, prefix)] for source in thing.sources}
        own = {**inputs, "own": f"{number} before"}
        common = {
            "urn": urn(number, prefix),
            "type": KIND,
            "custom": True,
            "parent": ROOT,
            "propertyDependencies": {**edges, "own": []},
        }
        old = {**common, "inputs": own, "outputs": {**own, "value": f"value-of-{number}"}, "id": f"id-{number}"}
        seen = {f"in{source}": UNKNOWN if source in replaced else f"value-of-{source}" for source in thing.sources}
        now = {**seen, "own": f"{number} after" if thing.edited else own["own"]}
        # An update's outputs are known, as a provider that plans prints them.
        outputs = {**now, "value": UNKNOWN if number in replaced else f"value-of-{number}"}
        new = {**common, "inputs": now, "outputs": outputs}
        sides = {"urn": old["urn"], "oldState": old, "newState": new}
        if number in replaced:
            steps += [{"op": "create-replacement", **sides}, {"op": "replace", **sides}]
            late.insert(0, {"op": "delete-replaced", "urn": old["urn"], "oldState": old})
        else:
            steps.append({"op": "update" if number in acting else "same", **sides})
    for number in range(sames):
        state = {"urn": urn(number, "still-"), "type": KIND, "custom": True, "inputs": {"own": "x"}}
        steps.insert(
            number % (len(steps) + 1), {"op": "same", "urn": state["urn"], "oldState": state, "newState": state}
        )
    stack = {"urn": ROOT, "type": "pulumi:pulumi:Stack", "custom": False}
    return [{"op": "same", "urn": ROOT, "oldState": stack, "newState": stack}, *steps, *late]


def _read(steps: list[dict]) -> Plan:
    summary = {op: n for op in ("same", "update", "replace") if (n := sum(s["op"] == op for s in steps))}
    return read_plan(json.dumps({"steps": steps, "changeSummary": summary}))


def shape(plan_: Plan, prefix: str = "t") -> list[tuple[str, list[str]]]:
    """The changes, without numbers or order: which root, which resources."""
    found = changes_of(world_of(plan_))
    return sorted((c.root.replace(prefix, "t"), sorted({s.urn.replace(prefix, "t") for s in c.steps})) for c in found)


@given(programs())
def test_there_are_as_many_changes_as_edits_in_the_program(things):
    acting, roots = oracle(things)
    changes = changes_of(world_of(plan(things)))
    assert len(changes) == roots
    assert {s.urn for c in changes for s in c.steps} == {urn(n) for n in acting}


@given(programs())
def test_every_root_is_an_edited_resource_and_each_heads_one_change(things):
    roots = {change.root for change in changes_of(world_of(plan(things)))}
    assert roots == {urn(n) for n, thing in enumerate(things) if thing.edited}


@given(programs(), st.randoms(use_true_random=False))
def test_any_order_the_engine_may_print_gives_the_same_number(things, chance: random.Random):
    order: list[int] = []
    while len(order) < len(things):
        ready = [n for n in range(len(things)) if n not in order and set(things[n].sources) <= set(order)]
        order.append(chance.choice(ready))
    assert len(changes_of(world_of(plan(things, order)))) == len(changes_of(world_of(plan(things))))


@given(programs())
def test_names_do_not_matter(things):
    assert shape(plan(things, prefix="renamed::$"), "renamed::$") == shape(plan(things))


@given(programs(), st.integers(0, 6))
def test_resources_that_stay_as_they_are_change_nothing(things, sames):
    assert shape(plan(things, sames=sames)) == shape(plan(things))


@given(programs())
def test_an_input_whose_source_is_unrecorded_explains_nothing(things):
    """Without the edges, whatever differs was written by hand as far as anybody can tell."""
    steps = _steps(things, None, "t", 0)
    acting, _ = oracle(things)
    for step in steps:
        for side in ("oldState", "newState"):
            step.get(side, {})["propertyDependencies"] = {"own": []}
    assert len(changes_of(world_of(_read(steps)))) == len(acting)
