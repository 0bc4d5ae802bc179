"""Every captured case that is refused: cut into steps that are each approved, or the two requirements that conflict."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from slipway.plan import Op, Plan, read_plan
from slipway.split import Circumstances, Conflict, Cut, split, verdict_on
from slipway.split.synthesis import movable, plan_of

FOLDERS = Path(__file__).parents[1] / "cases"
CASES = sorted(path.parent for path in FOLDERS.glob("*/expected.json"))


def expected(folder: Path) -> dict:
    return json.loads((folder / "expected.json").read_text())


def case(name: str) -> tuple[Plan, Circumstances]:
    args = expected(FOLDERS / name).get("args", [])
    given = {option: tuple(v for key, v in pairwise(args) if key == f"--{option}") for option in ("external", "retire")}
    return read_plan((FOLDERS / name / "preview.json").read_bytes()), Circumstances("production", **given)


def coupled(name: str) -> bool:
    """Whether the case is refused for nothing but the number of its changes: then there must be steps."""
    return {finding.rule for finding in verdict_on(*case(name)).refusals} == {"one-change"}


COUPLED = [folder for folder in CASES if coupled(folder.name)]
# Except where one resource takes what two changes hand out, and a step of an unknown kind.
UNCUT = {"certificate_and_function_replaced_under_one_distribution", "unknown_kind_of_step"}


def names(urns: tuple[str, ...]) -> list[str]:
    return [urn.rsplit("::", 1)[1] for urn in urns]


def cut(name: str) -> list[tuple[str, list[str], int]]:
    """Phase, targets and wait of each step."""
    found = split(*case(name))
    assert isinstance(found, Cut)
    return [(piece.phase, names(piece.targets), piece.wait.seconds) for piece in found.pieces]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_steps_of_a_case_are_approved_one_by_one_and_are_the_whole_plan(folder):
    plan, given = case(folder.name)
    found = split(plan, given)
    done: tuple[str, ...] = ()
    for piece in found.pieces if isinstance(found, Cut) else found.apart:
        verdict = verdict_on(plan_of(plan, done, piece.targets), given)
        assert verdict.approved is piece.proven
        assert sum(not change.cosmetic for change in verdict.changes) <= 1
        done += piece.targets
    if isinstance(found, Cut):
        assert sorted(done) == sorted(movable(plan))
        assert {step.op for step in plan_of(plan, done, ()).steps} <= {Op.SAME, Op.READ, Op.REFRESH}


@pytest.mark.parametrize("folder", COUPLED, ids=lambda folder: folder.name)
def test_what_is_refused_for_its_number_of_changes_alone_is_cut_into_as_many_steps(folder):
    found = split(*case(folder.name))
    if folder.name in UNCUT:
        assert isinstance(found, Conflict)
    else:
        assert isinstance(found, Cut)
        changes = [change for change in verdict_on(*case(folder.name)).changes if not change.cosmetic]
        assert len(found.pieces) == len(changes)
        assert all(piece.proven for piece in found.pieces)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_an_approved_case_is_left_whole(folder):
    if expected(folder)["exit"] == 0 and "--environment" not in expected(folder).get("args", []):
        found = split(*case(folder.name))
        assert isinstance(found, Cut)
        assert len(found.pieces) <= 1


def test_a_certificate_comes_before_the_name_that_it_is_for():
    assert cut("certificate_alias_and_record_of_a_new_name") == [
        ("switch", ["cert", "proof-static", "proof-index", "issued", "cdn"], 0),
        ("expand", ["index"], 0),
    ]


def test_one_change_is_cut_into_phases_if_the_order_inside_it_is_what_is_refused():
    assert cut("new_service_out_of_order")[-1] == ("expand", ["new"], 0)
    assert [phase for phase, _, _ in cut("origin_switched_to_a_new_bucket")] == ["expand", "switch"]


def test_a_step_whose_proof_needs_a_value_that_an_earlier_step_makes_is_marked_so():
    found = split(*case("origin_switched_to_a_new_bucket"))
    assert isinstance(found, Cut)
    assert [piece.proven for piece in found.pieces] == [True, False]


def test_what_old_answers_lead_to_goes_when_their_ttl_has_passed():
    found = split(*case("chain_shortened_and_its_middle_deleted"))
    assert isinstance(found, Cut)
    assert [piece.wait.seconds for piece in found.pieces] == [300, 0]
    assert "static.example.org" in found.pieces[0].wait.because[0]


def test_nothing_is_waited_for_between_steps_that_have_nothing_to_do_with_each_other():
    assert cut("ttl_of_two_names") == [("switch", ["one"], 0), ("switch", ["static"], 0)]


def test_a_certificate_that_nothing_in_the_program_waits_for_is_waited_for():
    assert cut("certificate_not_awaited") == [("expand", ["new"], 600), ("expand", ["new-cdn"], 0)]


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        # The outage of 2023-01-25: a weighted record set cannot stand beside a simple one, nor the name go without it.
        (
            "weighted_behind_new_certificate",
            ("aws-refusal", "static-cloudfront before static: AWS would refuse a step with InvalidChangeBatch"),
            ("hostname-retired", "static before static-cloudfront: static.example.org is served before"),
        ),
        (
            "alias_moved_between_distributions",
            ("aws-refusal", "green before blue: AWS would refuse a step with CNAMEAlreadyExists"),
            ("hostname-dark", "blue before green: static.example.org goes dark"),
        ),
        (
            "certificate_and_function_replaced_under_one_distribution",
            ("hostname-dark", "cert before cdn: static.example.org goes dark: its certificate is deleted"),
            ("engine", "the engine takes cdn only with or after"),
        ),
        (
            "record_replaced_delete_first",
            ("hostname-dark", "static.example.org goes dark"),
            ("engine", "the engine replaces static in one step, which cannot be cut"),
        ),
        (
            "policy_deleted",
            ("hostname-dark", "static.example.org goes dark: the bucket has no policy"),
            ("program", "the program asks for just that"),
        ),
        (
            "unknown_kind_of_step",
            ("one-change", "1 steps are of a kind this version does not know"),
            ("engine", "a plan is cut only where all of its steps are known"),
        ),
    ],
)
def test_two_requirements_that_no_order_meets_are_named(name, one, other):
    found = split(*case(name))
    assert isinstance(found, Conflict)
    assert [found.one.by, found.other.by] == [one[0], other[0]]
    assert found.one.words.startswith(one[1])
    assert found.other.words.startswith(other[1])
    assert found.advice


def test_a_change_that_has_no_part_in_the_conflict_can_be_applied():
    found = split(*case("new_distribution_and_the_name_switched_by_another_record"))
    assert isinstance(found, Conflict)
    assert [names(piece.targets) for piece in found.apart] == [["new-cdn"]]
