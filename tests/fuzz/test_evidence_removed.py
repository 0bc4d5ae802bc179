"""Fail closed: a preview that says less about what it is refused for must not be approved for it.

It holds for what says what is there before the apply (old inputs, outputs, ids, a whole old state), for every edge
between resources, and for what an update or a replacement leaves: unknown is any value, the dangerous one included.

It does not hold for the operation itself, without which it is another plan; for `one-change`, since a plan that says
less may have fewer roots; and for what is created under a name or key not known yet: that is a name nobody asks for
today, or AWS refuses it, and every validation record looks like this. Nor for what AWS refuses by a value (a TTL above
another): of an unknown one nobody knows it, and the apply stops there with everything standing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hostile.outcome import APPROVED, status_of
from hypothesis import settings

from slipway.plan import UnknownKind

CASES = Path(__file__).parents[1] / "cases"
NIGHTLY = settings.get_current_profile_name() == "nightly"
UNKNOWN = UnknownKind.STRING.value
# Refused for what an operation does to a name or to what AWS takes. (`one-change` alone counts roots, and a plan that
# says less may have fewer.)
NAMES = {"hostname-dark", "hostname-stale", "hostname-dim", "hostname-unknown"}
DANGERS = NAMES | {"aws-refusal", "double-claim", "protected-delete"}


def refused(rules: set[str]) -> list[Any]:
    """The cases that one of these rules refuses; every fourth of them by day."""
    folders = [path.parent for path in sorted(CASES.glob("*/expected.json"))]
    expected = {folder: json.loads((folder / "expected.json").read_text()) for folder in folders}
    found = [pytest.param(each, id=each.name) for each in folders if rules & set(expected[each].get("rules") or ())]
    return found if NIGHTLY else found[::4]


# No record set is updated to another name: the provider replaces it.
KEYS = {"name", "__defaults"}
REFUSED = refused(DANGERS)


def hosts(folder: Path, option: str) -> tuple[str, ...]:
    args = json.loads((folder / "expected.json").read_text()).get("args", [])
    return tuple(value for name, value in pairwise(args) if name == option)


def states(document: dict[str, Any], *sides: str) -> Iterator[dict[str, Any]]:
    return (step[side] for step in document["steps"] for side in sides if isinstance(step.get(side), dict))


def without(key: str, *sides: str) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        for state in states(document, *sides):
            state.pop(key, None)

    return edit


def unknown_outputs(document: dict[str, Any]) -> None:
    for state in states(document, "oldState", "newState"):
        state["outputs"] = dict.fromkeys(state.get("outputs") or {}, UNKNOWN)


def blank_ids(document: dict[str, Any]) -> None:
    for state in states(document, "oldState", "newState"):
        if "id" in state:
            state["id"] = ""


def no_edges(document: dict[str, Any]) -> None:
    for state in states(document, "oldState", "newState"):
        state.pop("propertyDependencies", None)
        state.pop("dependencies", None)


def no_reasons(document: dict[str, Any]) -> None:
    for step in document["steps"]:
        for key in ("diffReasons", "replaceReasons", "detailedDiff"):
            step.pop(key, None)


REMOVALS: dict[str, Callable[[dict[str, Any]], None]] = {
    "propertyDependencies": without("propertyDependencies", "oldState", "newState"),
    "every edge": no_edges,
    "reasons": no_reasons,
    "old outputs": without("outputs", "oldState"),
    "all outputs": without("outputs", "oldState", "newState"),
    "known outputs": unknown_outputs,
    "ids": without("id", "oldState", "newState"),
    "ids by blanking them": blank_ids,
    "old inputs": without("inputs", "oldState"),
    "providers": without("provider", "oldState", "newState"),
}


@pytest.mark.parametrize("removal", REMOVALS.values(), ids=REMOVALS)
@pytest.mark.parametrize("folder", REFUSED)
def test_a_refused_plan_that_says_less_is_still_not_approved(folder, removal):
    document = json.loads((folder / "preview.json").read_text())
    options = {option: hosts(folder, f"--{option}") for option in ("external", "retire")}
    assert status_of(document, **options) != APPROVED
    removal(document)
    assert status_of(document, **options) != APPROVED


@pytest.mark.parametrize("folder", refused(NAMES))
def test_a_refused_plan_with_any_one_new_input_unknown_is_still_not_approved(folder):
    """An unknown is any value, the dangerous one included."""
    text = (folder / "preview.json").read_text()
    options = {option: hosts(folder, f"--{option}") for option in ("external", "retire")}
    original = json.loads(text)
    approved = []
    for number, step in enumerate(original["steps"]):
        if step["op"] not in ("update", "replace", "create-replacement"):
            continue
        for key in step["newState"].get("inputs", {}).keys() - KEYS:
            document = json.loads(text)
            document["steps"][number]["newState"]["inputs"][key] = UNKNOWN
            if status_of(document, **options) == APPROVED:
                approved.append(f"{step['op']} {step['urn'].rpartition('::')[2]}: {key}")
    assert approved == []


@pytest.mark.parametrize("folder", REFUSED)
@pytest.mark.parametrize("side", ["oldState", "newState"])
def test_a_refused_plan_with_a_step_that_lacks_a_side_is_still_not_approved(folder, side):
    text = (folder / "preview.json").read_text()
    options = {option: hosts(folder, f"--{option}") for option in ("external", "retire")}
    approved = []
    for number, step in enumerate(json.loads(text)["steps"]):
        document = json.loads(text)
        if document["steps"][number].pop(side, None) and status_of(document, **options) == APPROVED:
            approved.append(f"{step['op']} {step['urn'].rpartition('::')[2]}")
    assert approved == []
