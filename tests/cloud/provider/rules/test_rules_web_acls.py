"""What WAF takes for the rules of a web ACL."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.provider.rules.web_acls import web_acl_failures

RATE: dict[str, Any] = {
    "name": "per-ip",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
}
MANAGED: dict[str, Any] = {
    "name": "common",
    "priority": 2,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
}


def paths(rules: list[dict[str, Any]], action: dict[str, Any] | None = None) -> list[str]:
    properties = {"defaultAction": action if action is not None else {"allow": {}}, "rules": rules}
    return [failure.path for failure in web_acl_failures(properties)]


def test_rules_are_taken() -> None:
    """A rule of its own has an action, a managed group's an override."""
    assert paths([RATE, MANAGED]) == []


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([RATE, {**MANAGED, "priority": 1}], "rules[1].priority"),
        ([RATE, {**MANAGED, "name": "per-ip"}], "rules[0].name"),
        ([{**RATE, "action": None}], "rules[0].action"),
        ([{**MANAGED, "overrideAction": None, "action": {"block": {}}}], "rules[0].overrideAction"),
        ([{**RATE, "statement": {**RATE["statement"], **MANAGED["statement"]}}], "rules[0].statement"),
        (
            [{**RATE, "statement": {"rateBasedStatement": {"limit": 10, "evaluationWindowSec": 90}}}],
            "rules[0].statement.rateBasedStatement.evaluationWindowSec",
        ),
    ],
)
def test_rules_are_refused(rules: list[dict[str, Any]], path: str) -> None:
    """The failure carries the property's path."""
    assert path in paths(rules)


@pytest.mark.parametrize("action", [{}, {"allow": {}, "block": {}}])
def test_default_action_is_one(action: dict[str, Any]) -> None:
    """Allow or block, chosen by being there."""
    assert paths([], action) == ["defaultAction"]
