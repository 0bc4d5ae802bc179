"""A change of staging is known again in production, and no other is taken for it."""

from __future__ import annotations

import json
from typing import Any

from slipway.config import StackConfig, parse
from slipway.plan import read_plan
from slipway.preflight import check
from slipway.rollout.sameness import sameness

ZONES = {"staging": "staging.example.org", "production": "example.org"}


def config(stack: str) -> StackConfig:
    zone = ZONES[stack]
    crates = {
        "host": f"static.{zone}",
        "names": {f"static.{zone}": "served"},
        "default_ttl": 60,
        "max_ttl": 60,
        "price_class": "PriceClass_All",
    }
    guarded = stack == "production"
    return parse(
        {
            "environment": stack,
            "guarded": guarded,
            "protect": guarded,
            "zone": zone,
            "log_retention_days": 30,
            "crates": crates,
        },
        "f",
    )


def told(stack: str, key: str, before: Any, after: Any, name: str = "static.{zone}-A") -> tuple[str, ...]:
    """The changes of a plan that edits one input of a record set."""
    zone = ZONES[stack]
    root = f"urn:pulumi:{stack}::cdn::pulumi:pulumi:Stack::cdn-{stack}"
    urn = f"urn:pulumi:{stack}::cdn::aws:route53/record:Record::{name.format(zone=zone)}"
    inputs = {"zoneId": f"Z{stack}", "name": f"static.{zone}", "type": "TXT", "ttl": 60, "records": ["x"]}

    def state(of: str, values: dict[str, Any]) -> dict[str, Any]:
        type_ = of.split("::")[2]
        return {"urn": of, "type": type_, "custom": type_ != "pulumi:pulumi:Stack", "id": "i", "inputs": values}

    steps = [
        {"op": "same", "urn": root, "oldState": state(root, {}), "newState": state(root, {})},
        {
            "op": "update",
            "urn": urn,
            "oldState": state(urn, {**inputs, key: before}),
            "newState": state(urn, {**inputs, key: after}),
            "diffReasons": [key],
        },
    ]
    plan = read_plan(json.dumps({"steps": steps, "changeSummary": {"same": 1, "update": 1}}))
    return sameness(plan, check(plan, environment=stack, guarded=False), config(stack))


def test_same_edit_is_the_same_in_both_though_names_and_values_differ() -> None:
    assert len(told("staging", "ttl", 60, 300)) == 1
    assert told("staging", "ttl", 60, 300) == told("production", "ttl", 3600, 600)


def test_edit_of_another_input_or_resource_is_another() -> None:
    one = told("staging", "ttl", 60, 300)
    assert one != told("production", "records", ["x"], ["y"])
    assert one != told("production", "ttl", 60, 300, name="other.{zone}-A")
