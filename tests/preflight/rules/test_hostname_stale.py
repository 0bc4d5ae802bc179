"""The rule hostname-stale: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

from slipway.plan import Plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_stale import ID, findings


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_a_distribution_deleted_under_cached_answers_is_refused_with_the_seconds_to_wait(plan_of):
    (finding,) = found(plan_of("name_moved_out_and_the_distribution_deleted"), external=("pool.example.net",))
    assert finding.rule == ID
    assert "300 seconds" in finding.message
    assert "wait 300 seconds" in finding.advice
    assert "lower the record's TTL to 60 first" in finding.advice


def test_a_name_that_moves_while_its_distribution_stays_passes(plan_of):
    assert not found(plan_of("name_moved_out"), external=("pool.example.net",))
