"""The rule hostname-retired: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

from slipway.plan import Plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_retired import ID, findings


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_a_name_that_goes_is_refused(plan_of):
    (finding,) = found(plan_of("record_removed"))
    assert finding.rule == ID
    assert "--retire static.example.org" in finding.advice


def test_a_name_that_is_meant_to_go_passes(plan_of):
    assert not found(plan_of("record_removed"), retire=("static.example.org",))
