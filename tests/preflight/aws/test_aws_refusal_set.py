"""The refusals as a set: each told apart, documented, with a plan that it refuses and one that it lets pass."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from slipway.plan import read_plan
from slipway.preflight.aws import REFUSALS, predict, refusals_about
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules import ask, aws_refusal

ALL = refusals_about(frozenset(type_ for about in REFUSALS.values() for type_ in about))
TESTS = Path(__file__).parents[2]
CASES = sorted((TESTS / "cases").glob("*/expected.json"))
DOCUMENT = (TESTS.parent / "docs" / "aws-refusals.md").read_text()


def name_of(refusal) -> str:
    return refusal.__name__.rpartition(".")[2]


@pytest.mark.parametrize("field", ["TITLE", "WHY"])
def test_every_refusal_has_its_own_words(field):
    texts = [getattr(refusal, field) for refusal in ALL]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_every_file_with_a_code_is_registered():
    package = TESTS.parent / "infra" / "slipway" / "preflight" / "aws"
    coded = {path.stem for path in package.glob("*.py") if "\nERROR = " in path.read_text()}
    assert coded == {name_of(refusal) for refusal in ALL}


@pytest.mark.parametrize("refusal", ALL, ids=name_of)
def test_every_refusal_is_documented_with_its_code_and_title(refusal):
    assert refusal.SOURCE
    assert any(f"`{refusal.ERROR}`" in line and refusal.TITLE in line for line in DOCUMENT.splitlines())


def test_every_refusal_has_its_plans(plans):
    assert plans.PLANS.keys() == {name_of(refusal) for refusal in ALL}


@pytest.mark.parametrize("refusal", ALL, ids=name_of)
def test_the_refusal_is_predicted_where_some_run_meets_it(refusal, plans, predicted):
    found = predicted(plans.PLANS[name_of(refusal)][0], refusal)
    assert {one.error for one in found} == {refusal.ERROR}
    assert set(found) <= set(predicted(plans.PLANS[name_of(refusal)][0]))  # asked of its own accord, for its types
    for one in found:
        assert one.urn.startswith("urn:pulumi:")
        assert one.because
        assert one.advice.endswith(".")


@pytest.mark.parametrize("refusal", ALL, ids=name_of)
def test_the_refusal_is_not_predicted_where_no_run_meets_it(refusal, plans, predicted):
    assert predicted(plans.PLANS[name_of(refusal)][1], refusal) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_a_case_that_is_approved_has_no_refusal_and_one_that_names_codes_has_those(case):
    expected = json.loads(case.read_text())
    seen = Evidence(read_plan((case.parent / "preview.json").read_text()), ())
    errors = {refusal.error for refusal in seen.prediction.refusals}
    assert seen.prediction.failed == ()
    assert errors >= set(expected.get("aws", []))
    if expected.get("exit") == 0:
        assert not errors


def test_a_refusal_that_raises_refuses_even_where_nothing_is_guarded(evidence, plans):
    def refusals(scene):
        raise KeyError(scene)

    seen = evidence(plans.type_changed_in_place)
    broken = SimpleNamespace(ERROR="Broken", TITLE="a title", WHY="w", SOURCE="s", refusals=refusals)
    prediction = predict(seen.scene, (broken,))
    assert prediction.failed == ("a title (Broken, KeyError)",)
    vars(seen)["prediction"] = prediction
    (finding,) = ask(seen, (aws_refusal,))
    assert finding.always
    assert "a title" in finding.message
