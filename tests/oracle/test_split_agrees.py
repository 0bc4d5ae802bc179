"""Plans cut into steps, against brute force and against the steps' own previews.

Independent of the code under test: the engine's rules of `--target` are read off the raw document here, the brute force
tries every order of every set of targets, and what a step leads to is the preview of a program that is half edited.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from oracle.edits import edited, plans
from oracle.previews import Program, Resource, document, urn_of
from oracle.worlds import DECLARED

from slipway.errors import BadInput
from slipway.plan import Op, Plan, read_plan
from slipway.split import Circumstances, Cut, split, verdict_on
from slipway.split.synthesis import plan_of

NIGHTLY = settings.get_current_profile_name() == "nightly"
AMOUNT = settings() if NIGHTLY else settings(max_examples=30, deadline=None, derandomize=True, database=None)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
GIVEN = Circumstances("production", external=(DECLARED,))
FEW = 4  # resources that a brute force goes through: 75 ordered ways to cut them
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
Programs = tuple[Program, Program, dict[str, int]]


def moved(preview: Mapping[str, Any]) -> frozenset[str]:
    """What the plan does something to, and what stays but must let go of something that it takes away."""
    going = {step["urn"] for step in preview["steps"] if step["op"] == "delete"}
    return frozenset(
        step["urn"] for step in preview["steps"] if step["op"] != "same" or needed(step["oldState"]) & going
    )


def needed(state: Mapping[str, Any]) -> set[str]:
    listed = [*state.get("dependencies", []), state.get("parent", "")]
    return {*listed, *(urn for urns in (state.get("propertyDependencies") or {}).values() for urn in urns)}


def the_engine_takes(preview: Mapping[str, Any], done: frozenset[str], doing: frozenset[str]) -> bool:
    """Whether `pulumi up --target` of these does just that: no create or new value that it needs is left out, nothing
    that goes hangs on a target that stays, and nothing that stays untouched holds on to what goes."""
    steps = preview["steps"]
    created = {step["urn"] for step in steps if step["op"] == "create"}
    going = {step["urn"] for step in steps if step["op"] == "delete"} - done
    olds = {
        step["urn"]: step["oldState"] for step in steps if "oldState" in step and not step["oldState"].get("delete")
    }
    news = {step["urn"]: step["newState"] for step in steps if "newState" in step}
    if any((needed(news[urn]) & created) - done - doing for urn in doing if urn in news):
        return False
    again = {step["urn"] for step in steps if step["op"] == "replace"} - done - doing
    if any(unknown_from(news[urn], again) for urn in doing if urn in news):
        return False
    now = {urn: news.get(urn) if urn in done else old for urn, old in {**dict.fromkeys(news), **olds}.items()}
    standing = {urn: state for urn, state in now.items() if state is not None and not (urn in done and urn not in news)}
    for urn in going:
        above, todo = set[str](), [urn]
        while todo:
            for other in needed(standing.get(todo.pop(), {})) - above:
                above.add(other)
                todo.append(other)
        if urn not in doing and above & doing:
            return False
        if urn in doing and any(urn in needed(s) for u, s in standing.items() if u not in going and u not in doing):
            return False
    return True


def unknown_from(state: Mapping[str, Any], sources: set[str]) -> bool:
    unknown = (key for key, value in state.get("inputs", {}).items() if UNKNOWN in json.dumps(value))
    return any(sources & set(state.get("propertyDependencies", {}).get(key) or ()) for key in unknown)


def cuts(urns: frozenset[str]) -> Iterator[tuple[frozenset[str], ...]]:
    """Every way to cut a set into ordered steps."""
    if not urns:
        yield ()
    for size in range(len(urns), 0, -1):
        for first in map(frozenset, combinations(sorted(urns), size)):
            yield from ((first, *rest) for rest in cuts(urns - first))


def approved(plan: Plan, done: frozenset[str], doing: frozenset[str]) -> bool:
    try:
        return verdict_on(plan_of(plan, done, doing), GIVEN).approved
    except BadInput:
        return False  # What stays as it was and what is new depend on one another.


@settings(AMOUNT, suppress_health_check=SLOW)
@given(plans())
def test_the_steps_are_the_plan_and_the_engine_takes_each(preview: dict[str, Any]):
    """Every resource that moves is in one step, the last step leaves the program's new state, each step is approved."""
    plan = read_plan(json.dumps(preview))
    found = split(plan, GIVEN)
    if not isinstance(found, Cut):
        return
    note(json.dumps(preview))
    done: frozenset[str] = frozenset()
    for piece in found.pieces:
        doing = frozenset(piece.targets)
        assert doing
        assert not doing & done
        assert the_engine_takes(preview, done, doing)
        assert piece.verdict.approved or not piece.proven
        done |= doing
    assert moved(preview) <= done
    left = plan_of(plan, done, ()).steps
    assert {step.op for step in left} <= {Op.SAME}
    news = {step["urn"] for step in preview["steps"] if "newState" in step}
    assert {step.urn for step in left} == news


@settings(AMOUNT, suppress_health_check=SLOW)
@given(plans())
def test_no_way_has_fewer_steps(preview: dict[str, Any]):
    """As many steps as the best of all orders of all sets of targets; a conflict only where there is none."""
    urns = moved(preview)
    if len(urns) > FEW:
        return
    plan = read_plan(json.dumps(preview))
    note(json.dumps(preview))
    best: int | None = None
    for cut in cuts(urns):
        if best is not None and len(cut) >= best:
            continue
        done: frozenset[str] = frozenset()
        for doing in cut:
            if not (the_engine_takes(preview, done, doing) and approved(plan, done, doing)):
                break
            done |= doing
        else:
            best = len(cut)
    found = split(plan, GIVEN)
    proven = isinstance(found, Cut) and all(piece.proven for piece in found.pieces)
    assert (len(found.pieces) if isinstance(found, Cut) and proven else None) == best


@settings(AMOUNT, suppress_health_check=SLOW)
@given(edited())
def test_each_step_is_approved_on_the_preview_of_the_half_edited_program(programs: Programs):
    """What a step is judged by is put together from the full preview; here the engine's model previews the step itself,
    with every value known that the steps before it brought to light."""
    before, after, rank = programs
    found = split(read_plan(json.dumps(document(*programs))), GIVEN)
    if not isinstance(found, Cut):
        return
    done: frozenset[str] = frozenset()
    for piece in found.pieces:
        here, there = half(before, after, done), half(before, after, done | {*piece.targets}, done)
        done |= {*piece.targets}
        try:
            preview = document(here, there, {**dict.fromkeys(here, 0), **dict.fromkeys(there, 0), **rank})
        except ValueError:
            return  # No engine makes a plan of it: what is old and what is new depend on one another.
        note(json.dumps(preview))
        assert moved(preview) <= {*piece.targets}
        if piece.proven:
            assert not verdict_on(read_plan(json.dumps(preview)), GIVEN).refusals


def half(
    before: Program, after: Program, done: frozenset[str], earlier: frozenset[str] = frozenset()
) -> dict[str, Resource]:
    """The program in which only these resources are edited. What was replaced in an earlier step is not again."""
    urns = {name: urn_of(name, one.kind) for name, one in {**before, **after}.items()}
    sides = {name: after if urn in done else before for name, urn in urns.items()}
    found = {name: side[name] for name, side in sides.items() if name in side}
    return {name: replace(one, replaced=False) if urns[name] in earlier else one for name, one in found.items()}
