"""The rule that refuses several changes in one apply."""

from __future__ import annotations

import pytest

from slipway.plan import Plan, UnknownStep
from slipway.preflight import Change
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.one_change import findings


def change(number: int, kind: str, cosmetic: bool = False, removes: bool = False) -> Change:
    return Change(number, kind, cosmetic, f"{kind} number {number}", f"urn-{number}", (), removes)


def evidence(*changes: Change, steps: tuple = ()) -> Evidence:
    return Evidence(Plan("p", "s", steps, (), "sha256:0"), changes)


@pytest.mark.parametrize("changes", [(), (change(1, "dns"),), (change(1, "dns"), change(2, "origin", cosmetic=True))])
def test_one_change_and_any_number_of_cosmetic_ones_pass(changes):
    assert list(findings(evidence(*changes))) == []


def test_two_changes_are_named_with_their_roots():
    (finding,) = findings(evidence(change(1, "certificate"), change(2, "dns")))
    assert "2 changes: (1) certificate number 1; (2) dns number 2" in finding.message
    assert finding.urns == ("urn-1", "urn-2")


def test_the_advice_puts_the_certificate_first_the_names_after_it_and_removals_last():
    found = findings(evidence(change(1, "dns"), change(2, "distribution", removes=True), change(3, "certificate")))
    (finding,) = found
    assert "one at a time: (3), then (1), then (2)." in finding.advice
    assert "Removals go last" in finding.advice


def test_removals_go_from_the_name_inwards():
    found = findings(
        evidence(*(change(n, k, removes=True) for n, k in enumerate(("certificate", "logging", "dns"), 1)))
    )
    (finding,) = found
    assert "one at a time: (3), then (1), then (2)." in finding.advice


def test_ten_thousand_changes_are_told_briefly():
    (finding,) = findings(evidence(*(change(n, "dns") for n in range(1, 10_001))))
    assert "10000 changes" in finding.message
    assert "and 9995 more" in finding.message
    assert len(finding.message) < 400


def test_steps_of_an_unknown_kind_always_refuse():
    (finding,) = findings(evidence(steps=(UnknownStep("levitate", "urn-x"),)))
    assert finding.always
    assert "levitate" in finding.message
    assert finding.urns == ("urn-x",)
