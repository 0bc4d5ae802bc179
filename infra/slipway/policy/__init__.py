"""The policy pack: rules that every resource and every stack must keep, asked by the engine in each preview and update.

    pulumi up --policy-pack infra/policy-pack

engine --- server: the engine's analyzer protocol --- wire: messages to `Resource` and `Stack`
                                                   +- judge: asks every rule ----- rules/: one a file, pure functions

- `rules/` reads plain values and yields violations. It imports no engine, knows no environment and decides no level.
- `judge` asks the rules. A rule that raises is a violation of its own, that nothing but switching the rule off removes.
- `server` and `wire` are the only modules that know Pulumi. They speak the analyzer protocol of the `pulumi` package
  itself: the `pulumi-policy` package wants another generation of protobuf than `pulumi` has here, and leaves a rule out
  for a resource as soon as the rule reads a value that a preview does not know. Ours reads what is known.

A value that a preview does not know is never a violation. The update asks again with the real value: a rule for a
single resource before the resource is touched, a rule for the whole stack when everything else is done.
"""

from __future__ import annotations

from slipway.policy.judge import Finding, judge_resource, judge_stack
from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.rules import RESOURCE_RULES, RULES, STACK_RULES, ResourceRule, Rule, StackRule

__all__ = [
    "RESOURCE_RULES",
    "RULES",
    "STACK_RULES",
    "Finding",
    "Level",
    "Resource",
    "ResourceRule",
    "Rule",
    "Stack",
    "StackRule",
    "Violation",
    "judge_resource",
    "judge_stack",
]
