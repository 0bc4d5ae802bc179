"""What WAF demands of a web ACL's rules beyond the limits of its API's model.

Source: AWS WAF Developer Guide, Rule priority in a web ACL, Rule action, and Rate-based rule settings (windows of 60,
120, 300 or 600 seconds).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Properties, items

__all__ = ["web_acl_failures"]

_WINDOWS = (60, 120, 300, 600)  # seconds
_GROUPS = ("managedRuleGroupStatement", "ruleGroupReferenceStatement")


def web_acl_failures(properties: Properties) -> Iterator[Failure]:
    """Names and priorities used twice, actions that are none or several, windows that WAF does not have."""
    yield from _one_of("defaultAction", properties.get("defaultAction"), ("allow", "block"))
    rules = [(index, rule) for index, rule in enumerate(items(properties, "rules")) if isinstance(rule, Mapping)]
    for name in ("name", "priority"):
        taken = Counter(str(rule.get(name)) for _, rule in rules if rule.get(name) is not UNKNOWN)
        for index, rule in rules:
            if taken.get(str(rule.get(name)), 0) > 1:
                yield Failure(f"rules[{index}].{name}", f"{rule.get(name)!r} is that of more than one rule")
    for index, rule in rules:
        yield from _rule_failures(f"rules[{index}]", rule)


def _rule_failures(path: str, rule: Mapping[str, Any]) -> Iterator[Failure]:
    statement = rule.get("statement")
    if not isinstance(statement, Mapping):
        return
    given = [name for name, value in statement.items() if value is not None]
    if len(given) != 1:
        yield Failure(f"{path}.statement", f"takes exactly one statement, not {', '.join(given) or 'none'}")
    wanted, other = ("overrideAction", "action") if set(given) & set(_GROUPS) else ("action", "overrideAction")
    if rule.get(wanted) is None or rule.get(other) is not None:
        yield Failure(f"{path}.{wanted}", f"is what this rule needs, and not {other}")
    rate = statement.get("rateBasedStatement")
    window = rate.get("evaluationWindowSec") if isinstance(rate, Mapping) else None
    if window is not None and window is not UNKNOWN and int(window) not in _WINDOWS:
        yield Failure(
            f"{path}.statement.rateBasedStatement.evaluationWindowSec", f"{window} is not one of 60, 120, 300, 600"
        )


def _one_of(path: str, value: Any, names: tuple[str, ...]) -> Iterator[Failure]:
    if isinstance(value, Mapping) and sum(value.get(name) is not None for name in names) != 1:
        yield Failure(path, f"takes exactly one of {' and '.join(names)}")
