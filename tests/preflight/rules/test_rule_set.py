"""The rules as a set: each told apart, explained, documented, with a plan it refuses and one it lets pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from slipway.plan import read_plan
from slipway.preflight import NOT_EVALUATED, RULES, Finding, check
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules import ask

TESTS = Path(__file__).parents[2]
CASES = sorted((TESTS / "cases").glob("*/expected.json"))
DOCUMENT = (TESTS.parent / "docs" / "preflight.md").read_text()


def rules_of(case: Path) -> set[str]:
    return set(json.loads(case.read_text()).get("rules", []))


@pytest.mark.parametrize("field", ["ID", "TITLE", "WHY", "SOURCE"])
def test_every_rule_has_its_own_words(field):
    texts = [getattr(rule, field) for rule in RULES]
    assert all(texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_rule_is_a_file_of_its_name_with_a_test_and_a_paragraph(rule):
    name = rule.ID.replace("-", "_")
    assert rule.__name__ == f"slipway.preflight.rules.{name}"
    assert (Path(__file__).parent / f"test_{name}.py").exists()
    assert f"`{rule.ID}`" in DOCUMENT


@pytest.mark.parametrize("rule", NOT_EVALUATED, ids=lambda rule: rule.rule)
def test_every_rule_that_cannot_be_asked_is_documented_as_such(rule):
    assert f"`{rule.rule}`" in DOCUMENT


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_rule_has_a_case_it_refuses_and_one_it_lets_pass(rule):
    assert any(rule.ID in rules_of(case) for case in CASES)
    assert any(rule.ID not in rules_of(case) for case in CASES)


def test_a_rule_that_raises_refuses_even_where_nothing_is_guarded():
    def findings(evidence: Evidence) -> Iterator[Finding]:
        raise KeyError(evidence.plan.stack)

    broken = SimpleNamespace(ID="broken", TITLE="t", WHY="w", SOURCE="s", findings=findings)
    plan = read_plan((TESTS / "cases" / "nothing_to_do" / "preview.json").read_text())
    (finding,) = ask(Evidence(plan, ()), (broken,))
    assert (finding.rule, finding.always) == ("broken", True)
    assert "KeyError" in finding.message


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_every_finding_says_what_where_and_what_to_do_instead(case):
    plan = read_plan((case.parent / "preview.json").read_text())
    for finding in check(plan, environment="production", guarded=True).refusals:
        assert finding.message
        assert finding.advice.endswith(".")
        assert set(finding.urns) <= {step.urn for step in plan.steps}
