"""The rule hostname-dark: one plan it refuses, one it lets pass, and what it says."""

from __future__ import annotations

import pytest

from slipway.plan import Plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.hostname_dark import ID, findings


def found(plan: Plan, **given: tuple[str, ...]) -> list:
    return list(findings(Evidence(plan, (), **given)))


def test_an_alias_moved_between_distributions_is_refused_with_the_way_to_move_it(plan_of):
    (finding,) = found(plan_of("alias_moved_between_distributions"))
    assert finding.rule == ID
    assert "static.example.org goes dark: no distribution has the alias" in finding.message
    assert "dark for up to 900 seconds" in finding.message
    assert "associate-alias --alias static.example.org" in finding.advice


def test_a_certificate_that_gains_a_name_passes(plan_of):
    assert not found(plan_of("certificate_gains_a_name"))


@pytest.mark.parametrize(
    ("case", "way_out"),
    [
        ("record_renamed_with_overwrite", "add a Pulumi alias"),
        ("policy_no_longer_admits", "AWS:SourceArn"),
        ("function_deleted_while_attached", "take it off the distribution"),
        ("distribution_disabled", "Keep the distribution enabled"),
        ("certificate_no_longer_covers_an_alias", "CertificateValidation"),
        ("zone_of_a_served_name_replaced", "the parent still delegates"),
        ("record_before_alias", "add the record"),
    ],
)
def test_the_way_out_fits_what_fails(plan_of, case, way_out):
    advice = " ".join(finding.advice for finding in found(plan_of(case)))
    assert way_out in advice
