"""Up to which step there is a proven way back, what is lost for good, and how long it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slipway.durations import Durations
from slipway.errors import BadInput
from slipway.plan import read_plan, urn_name
from slipway.preflight import check
from slipway.preflight.wayback import way_back_of, with_way_back

CASES = Path(__file__).parents[2] / "cases"
PROVEN = [
    "alias_added",
    "cache_ttl_changed",
    "certificate_loses_a_name",
    "comment_only",
    "first_record_that_waits_for_the_alias",
    "function_code_changed",
    "name_moved_back",
    "name_moved_out",
    "new_service_added",
    "policy_admits_one_more",
    "record_added",
    "record_removed_on_purpose",
    "record_type_changed_in_place",
    "second_distribution_added",
    "weight_lowered_to_zero",
    "weight_raised_from_zero",
    "weight_shifted",
    "zone_comment_changed",
]


def approved_cases() -> list[str]:
    folders = sorted(path.parent for path in CASES.glob("*/expected.json"))
    return [each.name for each in folders if json.loads((each / "expected.json").read_text())["exit"] == 0]


@pytest.mark.parametrize("case", PROVEN)
def test_a_safe_change_has_a_way_back_from_wherever_it_stops(case, taken_back):
    way = taken_back(case)
    assert (way.status, way.finished, way.until, way.because) == ("proven", True, None, "")
    assert way.exact
    assert (way.hostnames, way.aws_refusals, way.irreversible) == ((), (), ())
    assert way.seconds


@pytest.mark.parametrize("case", approved_cases())
def test_whoever_has_no_way_back_says_where_and_why(case, taken_back):
    way = taken_back(case)
    assert (way.status == "proven") == (not way.because)
    assert way.finished or way.because
    assert (way.status == "partial") <= (way.until is not None)
    assert (way.seconds is None) == (way.status == "none")


@pytest.mark.parametrize(
    ("case", "step", "because"),
    [
        ("second_distribution_removed", "delete green", "does not come back under its domain"),
        ("service_retired", "delete new-cdn", "does not come back under its domain"),
        ("zone_deleted_with_its_records", "delete other", "name servers"),
        ("origin_bucket_replaced", "delete-replaced crates", "a bucket and what it serves"),
        ("retained_bucket_let_go", "delete attic", "pulumi import"),
    ],
)
def test_what_is_lost_for_good_is_the_point_of_no_return(case, step, because, taken_back):
    way = taken_back(case)
    assert (way.status, way.finished) == ("partial", False)
    assert f"{way.until.op.value} {urn_name(way.until.urn)}" == step
    assert because in way.because
    assert way.until in way.irreversible


def test_a_first_step_that_cannot_be_taken_back_leaves_no_way(taken_back):
    way = taken_back("bucket_with_objects_deleted")
    assert (way.status, way.until.operation, way.seconds) == ("none", 0, None)


def test_a_way_back_on_which_a_name_falls_is_not_proven(taken_back):
    """The new distribution, which resolvers still answer with, is deleted once the record leads back."""
    way = taken_back("name_moved_and_the_old_distribution_deleted")
    assert way.status == "partial"
    assert urn_name(way.until.urn) == "static"
    assert [(hostname.name, hostname.status) for hostname in way.hostnames] == [("static.example.org", "stale")]


def test_a_stop_may_have_no_way_back_although_the_finished_apply_has_one(site, taken_back):
    """Until the old one is deleted, its name is taken."""
    site.has("function", "spare", name="spare", code="function handler(e) {}")
    site.replace("spare", name="spare-2")
    way = taken_back(site)
    assert (way.status, way.finished) == ("none", True)
    assert "FunctionAlreadyExists" in way.because
    assert way.aws_refusals == ()


def test_a_certificate_that_gains_its_first_further_name_keeps_it(taken_back):
    """The provider takes a list that is left out for no change."""
    way = taken_back("certificate_gains_a_name")
    assert (way.status, way.finished, way.until.operation) == ("none", False, 0)
    assert "Write them out in an apply before this one" in way.because


def test_a_rename_is_forgotten_by_the_commit_before(taken_back):
    way = taken_back("record_renamed_with_an_alias")
    assert (way.status, way.until) == ("none", None)
    assert way.because.startswith("the commit before knows nothing of static-renamed: ")


def test_what_is_protected_from_now_on_is_not_deleted_on_the_way_back(site, taken_back):
    site.create("bucket", "vault", {"protect": True}, bucket="vault")
    way = taken_back(site)
    assert way.status == "none"
    assert "protected" in way.because


def test_new_names_may_go_again_and_a_new_bucket_is_still_empty(taken_back):
    assert taken_back("new_service_added").status == "proven"
    assert taken_back("first_deployment").status == "proven"


def test_what_answered_before_is_trusted_to_answer_again(taken_back):
    """A second CDN that nobody declared served the name until now."""
    assert taken_back("name_moved_back", external=()).status == "proven"


@pytest.mark.parametrize(
    ("case", "seconds"),
    [
        ("comment_only", 900),  # a distribution
        ("record_ttl_changed", 60 + 60),  # a record, and the TTL of the answers given meanwhile
        ("record_ttl_raised", 60 + 3600),
        ("record_removed_on_purpose", 60 + 900),  # it was missing: resolvers remember that
        ("certificate_loses_a_name", 30 + 60 + 600 + 900 + 30 + 60 + 30),  # issued anew; the old one deleted at the end
    ],
)
def test_the_way_back_takes_the_longest_chain_and_what_resolvers_remember(case, seconds, taken_back):
    assert taken_back(case).seconds == seconds


def test_durations_are_those_of_the_environment(taken_back):
    way = taken_back("comment_only", durations=Durations(distribution=7))
    assert way.seconds == 7


def test_a_plan_over_which_the_engine_stopped_has_none(plan_of):
    assert way_back_of(plan_of("protected_bucket_deleted"), durations=Durations()) is None


def test_with_little_work_allowed_only_the_finished_apply_is_looked_at(taken_back):
    """And what is lost for good is still found."""
    way = taken_back("certificate_loses_a_name", work=0)
    assert (way.status, way.finished, way.exact) == ("proven", True, False)
    lost = taken_back("second_distribution_removed", work=0)
    assert (lost.status, lost.exact, lost.seconds) == ("partial", False, None)
    assert urn_name(lost.until.urn) == "green"


def test_a_plan_too_large_for_so_much_work_is_judged_without_its_way_back(plan_of):
    """The verdict must not wait for it."""
    plan = plan_of("weight_shifted")
    verdict = check(plan, environment="production", guarded=True)
    assert with_way_back(verdict, plan, Durations(), work=len(plan.steps)) is verdict
    assert with_way_back(verdict, plan, Durations(), work=100 * len(plan.steps)).way_back.status == "proven"


def test_resources_that_depend_on_one_another_are_an_error_of_the_preview():
    """As they are for the verdict."""
    document = json.loads((CASES / "comment_only" / "preview.json").read_text())
    steps = [step for step in document["steps"] if step["newState"]["custom"]][:2]
    for one, other in (steps, steps[::-1]):
        one["newState"]["dependencies"] = one["oldState"]["dependencies"] = [other["urn"]]
    with pytest.raises(BadInput, match="circle"):
        way_back_of(read_plan(json.dumps(document)), durations=Durations())
