"""Each rule against its two programs, and against every value that a preview may not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from slipway.plan import Unknown, UnknownKind
from slipway.policy import RESOURCE_RULES, RULES, Finding, Resource, Rule, Stack, judge_resource, judge_stack

IDS = [rule.ID for rule in RULES]
UNKNOWN = Unknown(UnknownKind.STRING, UnknownKind.STRING.value)


def program(rule: str) -> str:
    return rule.replace("-", "_")


@pytest.mark.parametrize("phase", ["preview", "update"])
@pytest.mark.parametrize("rule", IDS)
def test_good_program_violates_no_rule_at_all(programs: Callable[..., Any], rule: str, phase: str) -> None:
    assert [finding.text for finding in programs(program(rule), "good", phase).findings()] == []


@pytest.mark.parametrize("phase", ["preview", "update"])
@pytest.mark.parametrize("rule", IDS)
def test_bad_program_violates_its_rule_and_no_other(programs: Callable[..., Any], rule: str, phase: str) -> None:
    assert programs(program(rule), "bad", phase).violated() == [rule]


@pytest.mark.parametrize("rule", IDS)
def test_violation_names_the_resource_and_the_way_out(programs: Callable[..., Any], rule: str) -> None:
    found = programs(program(rule), "bad", "update")
    urns = {resource.urn for resource in found.resources}
    for finding in found.findings():
        assert finding.urn in urns | {""}
        assert finding.urn.rpartition("::")[2] in finding.text
        assert finding.text.endswith(".")
        assert not finding.broken


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_one_value_that_is_not_known_is_never_a_violation(programs: Callable[..., Any], rule: Rule) -> None:
    """Whatever single value of a good program is not known yet, nothing is held against it."""
    answers = list(asked_without_one(rule, programs(program(rule.ID), "good", "update")))
    assert len(answers) > 5
    assert [finding.text for findings in answers for finding in findings] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_one_value_that_is_not_known_breaks_no_rule(programs: Callable[..., Any], rule: Rule) -> None:
    """The fault of a bad program is seen as long as it is known, and no rule fails over what is not."""
    answers = list(asked_without_one(rule, programs(program(rule.ID), "bad", "update")))
    assert any(answers)
    assert not any(finding.broken for findings in answers for finding in findings)


def asked_without_one(rule: Rule, found: Any) -> Iterator[tuple[Finding, ...]]:
    """The rule's answers, once for each value in the program, with that value unknown."""
    if rule in RESOURCE_RULES:
        yield from (judge_resource(one, [rule]) for resource in found.resources for one in veiled(resource))
    else:
        yield from (judge_stack(stack, [rule]) for stack in stacks(found.stack))


def veiled(resource: Resource) -> Iterator[Resource]:
    """The resource, once for each value in it, with that value unknown."""
    for properties in without_one(resource.properties):
        yield replace(resource, properties=properties)


def stacks(stack: Stack) -> Iterator[Stack]:
    """The stack, once for each value in it, with that value unknown."""
    for index, resource in enumerate(stack.resources):
        for one in veiled(resource):
            yield Stack((*stack.resources[:index], one, *stack.resources[index + 1 :]))


def without_one(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            for changed in (UNKNOWN, *without_one(item)):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for changed in (UNKNOWN, *without_one(item)):
                yield [*value[:index], changed, *value[index + 1 :]]
