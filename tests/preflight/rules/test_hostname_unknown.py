"""The rule hostname-unknown: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

from slipway.plan import Plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_unknown import ID, findings


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_a_policy_that_cannot_be_read_is_refused(plan_of):
    (finding,) = found(plan_of("policy_is_not_json"))
    assert finding.rule == ID
    assert not finding.always


def test_a_target_outside_passes_once_it_is_declared(plan_of):
    plan = plan_of("name_moved_to_an_undeclared_host")
    assert "--external" in found(plan)[0].advice
    assert not found(plan, external=("pool.example.net",))


def test_a_proof_that_fails_refuses_everywhere(plan_of):
    class Broken(Evidence):
        """Evidence that cannot be proven."""

        @property
        def scene(self):
            raise KeyError("zone")

    (finding,) = findings(Broken(plan_of("nothing_to_do"), ()))
    assert finding.always
    assert "KeyError" in finding.message
