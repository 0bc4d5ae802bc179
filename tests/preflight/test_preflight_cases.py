"""Every folder under tests/cases: a preview and the verdict it must get. A new incident is a new folder, no code."""

from __future__ import annotations

import importlib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from slipway.plan import read_plan
from slipway.preflight import RULES, Change, Verdict, check

FOLDERS = Path(__file__).parents[1] / "cases"
CASES = sorted(path.parent for path in FOLDERS.glob("*/expected.json"))
DECLARED = [folder for folder in CASES if (folder / "site.json").exists()]
ASKED = {rule.ID for rule in RULES}


def judged(folder: Path) -> tuple[dict, Verdict]:
    plan, expected = (
        read_plan((folder / "preview.json").read_text()),
        json.loads((folder / "expected.json").read_text()),
    )
    given = {option: arguments(expected, f"--{option}") for option in ("external", "retire")}
    return expected, check(plan, environment="production", guarded=True, **given)


def arguments(expected: dict, option: str) -> tuple[str, ...]:
    args = expected.get("args", [])
    return tuple(value for name, value in pairwise(args) if name == option)


def material(verdict: Verdict) -> list[Change]:
    return [change for change in verdict.changes if not change.cosmetic]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_case_carries_as_many_changes_as_a_reviewer_counts(folder):
    expected, verdict = judged(folder)
    wanted = expected.get("changes")
    if wanted is not None:
        assert len(material(verdict)) in (wanted if isinstance(wanted, list) else [wanted])
    if "cosmetic" in expected:
        assert len(verdict.changes) - len(material(verdict)) == expected["cosmetic"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_case_is_refused_by_the_rules_it_names_and_by_none_it_excludes(folder):
    expected, verdict = judged(folder)
    rules = {finding.rule for finding in verdict.refusals}
    assert rules >= ASKED & set(expected.get("rules", []))
    assert not rules & set(expected.get("not_rules", []))
    assert verdict.approved == (expected["exit"] == 0)


@pytest.mark.parametrize("folder", DECLARED, ids=lambda folder: folder.name)
def test_exactly_those_errors_of_aws_are_predicted_that_the_case_names(folder):
    expected, verdict = judged(folder)
    assert {refusal.error for refusal in verdict.aws_refusals} == set(expected["aws"])


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_hostname_has_the_status_it_must_have_and_a_run_where_it_falls(folder):
    expected, verdict = judged(folder)
    found = {hostname.name: hostname for hostname in verdict.hostnames}
    for name, statuses in expected.get("hostnames", {}).items():
        assert found[name].status in statuses
    for hostname in found.values():
        assert hostname.because
        assert bool(hostname.counterexample) == (hostname.status in ("dark", "dim", "stale", "unknown"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_step_that_does_something_stands_in_exactly_one_change(folder):
    _, verdict = judged(folder)
    quiet = {"same", "read", "refresh", "import", "levitate"}
    raw = json.loads((folder / "preview.json").read_text())
    resources = [s for s in raw["steps"] if (s.get("newState") or s["oldState"])["custom"]]
    acting = [(s["op"], s["urn"]) for s in resources if s["op"] not in quiet]
    listed = [(step.op.value, step.urn) for change in verdict.changes for step in change.steps]
    assert sorted(listed) == sorted(acting)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_change_has_a_short_title_a_root_of_its_own_and_a_number(folder):
    _, verdict = judged(folder)
    assert [change.id for change in verdict.changes] == list(range(1, len(verdict.changes) + 1))
    for change in verdict.changes:
        assert change.title
        assert "\n" not in change.title
        assert len(change.title) < 400
        assert change.root in {step.urn for step in change.steps}


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_same_findings_only_warn_where_nothing_is_guarded(folder):
    _, guarded = judged(folder)
    plan = read_plan((folder / "preview.json").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    given = {option: arguments(expected, f"--{option}") for option in ("external", "retire")}
    open_ = check(plan, environment="staging", guarded=False, **given)
    here, there = ((*one.refusals, *one.warnings) for one in (open_, guarded))
    assert sorted(finding.message for finding in here) == sorted(finding.message for finding in there)
    assert all(finding.always for finding in open_.refusals)


def test_rules_that_cannot_be_asked_are_listed_and_not_passed():
    _, verdict = judged(CASES[0])
    hostname = {f"hostname-{status}" for status in ("dark", "stale", "dim", "unknown", "retired")}
    aws = {"aws-refusal", "double-claim", "protected-delete"}
    rollout = {"one-change", "staging-first", "locked-commit", "drift", "review", "policy"}
    contract = hostname | aws | rollout
    assert {rule.rule for rule in verdict.not_evaluated} == contract - ASKED
    assert all(rule.because for rule in verdict.not_evaluated)


@pytest.fixture
def scripts(monkeypatch):
    """The scripts that write the cases, importable."""
    monkeypatch.syspath_prepend(str(FOLDERS))
    return importlib.import_module


def test_the_cases_put_together_are_what_their_script_writes(scripts):
    make = scripts("make")
    assert make.CASES.keys() == {folder.name for folder in CASES if "made" in judged(folder)[0]}
    for name, (edit, expected) in make.CASES.items():
        assert json.loads((FOLDERS / name / "preview.json").read_text()) == make.build(edit), name
        assert json.loads((FOLDERS / name / "expected.json").read_text()) == expected, name


def test_the_captured_cases_are_what_is_declared_and_nothing_is_edited_by_hand(scripts):
    declared = scripts("casebook").every_case()
    assert declared.keys() == {folder.name for folder in DECLARED}
    for name, case in declared.items():
        assert json.loads((FOLDERS / name / "site.json").read_text()) == case.site, name
        assert json.loads((FOLDERS / name / "expected.json").read_text()) == case.expected, name


def test_there_are_a_hundred_cases_and_most_are_captured_by_the_script():
    """As an issue asks; a case that is dropped is replaced."""
    assert len(CASES) >= 105
    assert len(DECLARED) >= 90
