"""A resource renamed with an alias and replaced in one edit: the engine deletes it under the URN it had."""

from __future__ import annotations

import json

from slipway.plan import read_plan

OLD = "urn:pulumi:production::cdn::aws:acm/certificate:Certificate::before"
NEW = "urn:pulumi:production::cdn::aws:acm/certificate:Certificate::after"
STACK = "urn:pulumi:production::cdn::pulumi:pulumi:Stack::cdn-production"


def state(urn: str) -> dict[str, object]:
    return {"urn": urn, "custom": True, "type": urn.split("::")[2], "inputs": {"domainName": "a.example.org"}}


def test_renamed_and_replaced_resource_is_a_whole_plan() -> None:
    """Its halves stand under two URNs, and nothing is hidden."""
    stack = {**state(STACK), "custom": False}
    steps = [
        {"op": "same", "urn": STACK, "oldState": stack, "newState": stack},
        {"op": "create-replacement", "urn": NEW, "oldState": state(OLD), "newState": state(NEW)},
        {"op": "replace", "urn": NEW, "oldState": state(OLD), "newState": state(NEW)},
        {"op": "delete-replaced", "urn": OLD, "oldState": state(OLD)},
    ]
    document = {"steps": steps, "changeSummary": {"same": 1, "replace": 1}}
    assert [step.op.value for step in read_plan(json.dumps(document)).steps][-1] == "delete-replaced"
