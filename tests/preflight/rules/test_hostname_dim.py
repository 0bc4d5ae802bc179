"""The rule hostname-dim: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

from slipway.plan import Plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_dim import ID, findings


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_weight_for_a_member_that_does_not_serve_is_refused(plan_of):
    (finding,) = found(plan_of("weight_given_to_what_does_not_serve"))
    assert finding.rule == ID
    assert "a part of the answers for www.example.org fails" in finding.message


def test_weight_between_members_that_serve_passes(plan_of):
    assert not found(plan_of("weight_shifted"), external=("one.example.net", "two.example.net"))
