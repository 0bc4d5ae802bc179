"""Asks the rules. Every violation is collected; a rule that cannot answer counts as violated."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slipway.plan import one_line
from slipway.policy.model import Resource, Stack, Violation
from slipway.policy.rules import RESOURCE_RULES, STACK_RULES, ResourceRule, Rule, StackRule

__all__ = ["Finding", "judge_resource", "judge_stack"]

log = logging.getLogger(__name__)

_LONGEST = 2000  # characters of one message
_SECRET = "[secret]"  # noqa: S105 what stands in place of one


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation, fit to be shown: a single printable line without secrets. `broken` says that the rule failed
    to answer, which counts as mandatory whatever its level is."""

    rule: Rule
    urn: str
    text: str
    broken: bool = False


def judge_resource(resource: Resource, rules: Sequence[ResourceRule] = RESOURCE_RULES) -> tuple[Finding, ...]:
    """What the rules for single resources have against this one."""
    asked = (rule for rule in rules if resource.type in rule.TYPES)
    return tuple(finding for rule in asked for finding in _ask_about_resource(rule, resource))


def judge_stack(stack: Stack, rules: Sequence[StackRule] = STACK_RULES) -> tuple[Finding, ...]:
    """What the rules for stacks have against this one."""
    secrets = frozenset[str]().union(*(resource.secrets for resource in stack.resources))
    return tuple(finding for rule in rules for finding in _ask_about_stack(rule, stack, secrets))


def _ask_about_resource(rule: ResourceRule, resource: Resource) -> Iterator[Finding]:
    try:
        for violation in rule.violations(resource):
            yield _finding(rule, violation, resource.secrets)
    except Exception as error:
        yield _broken(rule, resource.urn, error)


def _ask_about_stack(rule: StackRule, stack: Stack, secrets: frozenset[str]) -> Iterator[Finding]:
    try:
        for violation in rule.violations(stack):
            yield _finding(rule, violation, secrets)
    except Exception as error:
        yield _broken(rule, "", error)


def _finding(rule: Rule, violation: Violation, secrets: frozenset[str]) -> Finding:
    return Finding(rule, violation.urn, _shown(f"{violation.message}. {violation.advice}", secrets))


def _broken(rule: Rule, urn: str, error: Exception) -> Finding:
    log.debug("rule %s failed", rule.ID, exc_info=error)
    text = f"this rule failed with {type(error).__name__}, so nobody knows whether it is kept. Report it as a bug."
    return Finding(rule, urn, text, broken=True)


def _shown(text: str, secrets: frozenset[str]) -> str:
    """One printable line; `<{%` begins a colour in the engine's own messages."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _SECRET)
    return one_line(text, _LONGEST).replace("<{%", "< {%")
