"""The rule that turns predictions into findings."""

from __future__ import annotations

from types import SimpleNamespace

from slipway.preflight.aws import Prediction
from slipway.preflight.rules.aws_refusal import findings
from slipway.preflight.verdict import AwsRefusal


def found(*refusals: AwsRefusal, failed: tuple[str, ...] = ()):
    return list(findings(SimpleNamespace(prediction=Prediction(refusals, failed))))


def refusal(number: int, error: str = "CNAMEAlreadyExists", *others: str) -> AwsRefusal:
    return AwsRefusal(error, f"urn-{number}", f"reason {number}", f"Way out {number}.", others)


def test_nothing_predicted_is_nothing_found():
    assert found() == []


def test_one_finding_for_each_code_names_the_steps_and_what_is_in_their_way():
    first, second = found(refusal(1, "CNAMEAlreadyExists", "urn-9"), refusal(2, "FunctionInUse"))
    assert first.message == "AWS would refuse a step with CNAMEAlreadyExists: reason 1"
    assert first.urns == ("urn-1", "urn-9")
    assert first.advice == "Way out 1."
    assert "FunctionInUse" in second.message


def test_ten_thousand_refusals_are_told_briefly():
    (finding,) = found(*(refusal(number) for number in range(10_000)))
    assert "10000 steps" in finding.message
    assert "and 9995 more" in finding.message
    assert len(finding.message) < 300
    assert len(finding.advice) < 200


def test_what_could_not_be_asked_refuses_always():
    (finding,) = found(failed=("An alias on two distributions (KeyError)",))
    assert finding.always
    assert "An alias on two distributions" in finding.message
