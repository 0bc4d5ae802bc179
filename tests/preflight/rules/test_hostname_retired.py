"""The rule hostname-retired: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

import pytest

from slipway.plan import Plan, read_plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_retired import ID, findings


@pytest.fixture
def plan_of(request):
    """The plan of a committed case."""
    cases = request.config.rootpath / "tests" / "cases"
    return lambda name: read_plan((cases / name / "preview.json").read_text())


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_a_name_that_goes_is_refused(plan_of):
    (finding,) = found(plan_of("record_removed"))
    assert finding.rule == ID
    assert "--retire static.example.org" in finding.advice


def test_a_name_that_is_meant_to_go_passes(plan_of):
    assert not found(plan_of("record_removed"), retire=("static.example.org",))
