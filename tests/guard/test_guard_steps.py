"""The steps of a plan, known again when the engine takes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.guard.steps import base_of, known_steps, left_alone, permits
from slipway.plan import Plan, UnknownKind, read_plan

URN = "urn:pulumi:production::cdn::aws:route53/record:Record::www"
OTHER = "urn:pulumi:production::cdn::aws:s3/bucket:Bucket::files"
STACK = "urn:pulumi:production::cdn::pulumi:pulumi:Stack::cdn-production"
ANY = UnknownKind.STRING.value


def state(urn: str, inputs: dict[str, Any], id_: str = "") -> dict[str, Any]:
    type_ = urn.split("::")[2]
    return {"urn": urn, "type": type_, "custom": type_ != "pulumi:pulumi:Stack", "id": id_, "inputs": inputs}


def plan(*steps: tuple[str, str, dict[str, Any] | None, dict[str, Any] | None]) -> Plan:
    """Steps as (op, urn, old inputs, new inputs), and the stack's own."""
    found: list[dict[str, Any]] = []
    for op, urn, old, new in (("same", STACK, {}, {}), *steps):
        step: dict[str, Any] = {"op": op, "urn": urn}
        if old is not None:
            step["oldState"] = state(urn, old, "id-1")
        if new is not None:
            step["newState"] = state(urn, new)
        found.append(step)
    changes: dict[str, int] = {}
    for step in found:
        changes[step["op"]] = changes.get(step["op"], 0) + 1
    return read_plan(json.dumps({"steps": found, "changeSummary": changes}))


A, B = {"ttl": 60, "name": "www"}, {"ttl": 300, "name": "www"}


@pytest.mark.parametrize(
    ("step", "deed"),
    [
        (("create", URN, None, B), "create"),
        (("update", URN, A, B), "update"),
        (("delete", URN, A, None), "delete"),
    ],
)
def test_approved_step_is_permitted_and_no_other(step: Any, deed: Any) -> None:
    steps = known_steps(plan(step))
    allowed = [
        (kind, old, new)
        for kind in ("create", "update", "delete")
        for old in (A, B)
        for new in (A, B)
        if permits(steps, kind, old, new)
    ]
    assert {kind for kind, _, _ in allowed} == {deed}
    assert all((old == A or deed == "create") and (new == B or deed == "delete") for _, old, new in allowed)


def test_replacement_is_a_create_a_delete_or_in_the_end_an_update() -> None:
    steps = known_steps(
        plan(
            ("create-replacement", URN, A, {**B, "zoneId": ANY}),
            ("replace", URN, A, {**B, "zoneId": ANY}),
            ("delete-replaced", URN, A, None),
        )
    )
    real = {**B, "zoneId": "Z1"}
    assert [permits(steps, deed, A, real) for deed in ("create", "delete", "update")] == [True, True, True]
    assert not permits(steps, "update", B, real)
    assert not permits(steps, "delete", B, real)


def test_what_a_plan_touches_is_no_part_of_its_base() -> None:
    base = base_of(plan(("same", OTHER, {"bucket": "b"}, {"bucket": "b"}), ("update", URN, A, B)))
    assert base == base_of(plan(("same", OTHER, {"bucket": "b"}, {"bucket": "b"}), ("update", URN, B, A)))
    assert base != base_of(plan(("same", OTHER, {"bucket": "c"}, {"bucket": "c"}), ("update", URN, A, B)))
    assert base == left_alone([(OTHER, "id-1", {"bucket": "b"}), (URN, "id-1", A)], [URN])
    assert base != left_alone([(OTHER, "id-2", {"bucket": "b"})], [URN])
    assert base != left_alone([], [URN])
