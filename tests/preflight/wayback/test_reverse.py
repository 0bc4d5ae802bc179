"""The plan of the way back: what was done is undone, in the engine's order, and what comes back gets new ids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slipway.plan import Op, Plan, Step, Unknown, operations_of, order_of, read_plan, urn_name
from slipway.plan.operations import end, start
from slipway.preflight.wayback import Untold, reverse

CASES = Path(__file__).parents[2] / "cases"
EVERY = sorted(path.parent for path in CASES.glob("*/preview.json"))


def done(plan: Plan) -> list[tuple[str, str]]:
    """What acts, in the plan's order."""
    return [(operation.op.value, urn_name(operation.urn)) for operation in operations_of(plan)]


def content(plan: Plan) -> dict[str, tuple[str, object, object]]:
    """Each resource's step with its old and new inputs."""
    return {
        step.urn: (step.op.value, step.old and step.old.inputs, step.new and step.new.inputs)
        for step in plan.steps
        if isinstance(step, Step)
    }


def step_of(plan: Plan, name: str, op: str) -> Step:
    return next(s for s in plan.steps if isinstance(s, Step) and urn_name(s.urn) == name and s.op.value == op)


def is_simple(folder: Path) -> bool:
    """No unknowns, no replacements, no new names for old resources, and nothing deleted that what stays names."""
    text = (folder / "preview.json").read_text()
    steps = json.loads(text)["steps"]
    kinds = {step["op"] for step in steps}
    renamed = any(s["op"] in ("same", "update") and s["oldState"]["urn"] != s["urn"] for s in steps)
    deleted = {step["urn"] for step in steps if step["op"] == "delete"}
    staying = (step["oldState"] for step in steps if step["op"] in ("same", "update"))
    named = {urn for state in staying for urns in (state.get("propertyDependencies") or {}).values() for urn in urns}
    simple = kinds <= {"same", "create", "update", "delete"} and not renamed
    return simple and deleted.isdisjoint(named) and "04da6b54" not in text


@pytest.mark.parametrize("folder", [each for each in EVERY if is_simple(each)], ids=lambda folder: folder.name)
def test_the_way_back_from_the_way_back_is_the_way_there(folder):
    """Where nothing was unknown and nothing comes back under new ids."""
    plan = read_plan((folder / "preview.json").read_text())
    there = content(plan)
    again = content(reverse(reverse(plan)))
    assert {urn: op for urn, (op, _, _) in again.items()} == {urn: op for urn, (op, _, _) in there.items()}
    assert {urn: inputs for urn, (op, *inputs) in again.items() if op != "delete"} == {
        urn: inputs for urn, (op, *inputs) in there.items() if op != "delete"
    }


def test_there_are_plans_enough_to_take_back_twice():
    assert sum(is_simple(each) for each in EVERY) > 60


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)
def test_every_way_back_has_an_order_in_which_its_document_stands(folder):
    """Nothing in it waits for what stands below it; a plan that cannot be taken back says so."""
    try:
        plan = reverse(read_plan((folder / "preview.json").read_text()))
    except Untold:
        return
    order = order_of(plan)
    for one, other in zip(order.operations, order.operations[1:], strict=False):
        assert not order.before(end(other), start(one))


def test_creates_are_deleted_deletes_created_and_updates_turned_round(site, plan_of):
    site.create("record", "new", name="new.example.org", type="CNAME", ttl=60, records=["dcdn.cloudfront.net"])
    site.update("static", ttl=60)
    site.delete("read")
    back = reverse(plan_of(site))
    assert done(back) == [("update", "static"), ("create", "read"), ("delete", "new")]
    turned = step_of(back, "static", "update")
    assert (turned.old.inputs["ttl"], turned.new.inputs["ttl"]) == (60, 300)
    assert turned.diff_reasons == ("ttl",)


def test_what_comes_back_is_unknown_to_those_that_name_it(site, plan_of):
    """A deleted distribution gets another domain: what named the old one names one that is not known yet."""
    site.update("static", records=["elsewhere.example.net"])
    site.update("read", policy="{}")
    site.delete("cdn")
    back = reverse(plan_of(site))
    assert done(back) == [("create", "cdn"), ("update", "read"), ("update", "static")]
    record = step_of(back, "static", "update").new
    assert isinstance(record.inputs["records"][0], Unknown)
    assert record.inputs["name"] == "static.example.org"
    created = step_of(back, "cdn", "create").new
    assert (created.id, created.outputs) == (None, {})
    assert created.inputs["viewerCertificate"]["acmCertificateArn"] == "arn:cert"


def test_what_is_unknown_on_both_ways_differs(plan_of):
    """A policy that named one distribution and names another: neither text is known, and they are not the same."""
    back = reverse(plan_of("name_moved_and_the_old_distribution_deleted"))
    assert ("update", "read") in done(back)
    assert isinstance(step_of(back, "read", "update").old.inputs["policy"], Unknown)
    assert isinstance(step_of(back, "read", "update").new.inputs["policy"], Unknown)


def test_a_replacement_is_made_once_more_by_a_third(plan_of):
    """And what came of it is known by one opaque text wherever it is named."""
    back = reverse(plan_of("certificate_loses_a_name"))
    old = step_of(back, "cert", "create-replacement").old
    new = step_of(back, "cert", "create-replacement").new
    assert old.inputs["subjectAlternativeNames"] == ["static.example.org"]
    assert new.inputs["subjectAlternativeNames"] == ["index.example.org"]
    used = step_of(back, "cdn", "update").old.inputs["viewerCertificate"]["acmCertificateArn"]
    assert used == old.outputs["arn"] == step_of(back, "issued", "delete-replaced").old.inputs["certificateArn"]
    again = step_of(back, "cdn", "update").new.inputs["viewerCertificate"]["acmCertificateArn"]
    assert isinstance(again, Unknown)


def test_what_the_provider_keeps_has_no_way_back(plan_of):
    """A certificate keeps its names where the commit before gives none."""
    with pytest.raises(Untold, match="keeps the subjectAlternativeNames that it gets"):
        reverse(plan_of("certificate_gains_a_name"))


def test_a_replacement_that_deletes_first_does_so_on_the_way_back(plan_of):
    back = reverse(plan_of("record_replaced_delete_first"))
    assert done(back) == [("delete-replaced", "static"), ("create-replacement", "static")]
    assert not any(step.op is Op.DELETE_REPLACED for step in back.steps[-1:])


def test_a_stop_between_the_halves_of_a_replacement_leaves_the_old_one_to_be_deleted(site, plan_of):
    site.replace("router", name="router-2")
    plan = plan_of(site)
    made, _ = operations_of(plan)
    back = reverse(plan, {made.index})
    ops = [op for op, name in done(back) if name == "router"]
    assert sorted(ops) == ["create-replacement", "delete-replaced", "delete-replaced"]


def test_a_stop_after_an_early_delete_leaves_nothing_to_delete(plan_of):
    plan = plan_of("record_replaced_delete_first")
    assert done(reverse(plan, {0})) == [("create", "static")]
    assert done(reverse(plan, set())) == []


def test_a_record_that_proves_a_kept_domain_stays_at_every_stop(plan_of):
    """The preview shows it as replaced; its name depends on the domain alone."""
    plan = plan_of("certificate_loses_a_name")
    made = {operation.index for operation in operations_of(plan) if operation.op is Op.CREATE_REPLACEMENT}
    found = [op for op, name in done(reverse(plan, made)) if name == "proof-static"]
    assert found == ["create-replacement", "delete-replaced"]


def test_the_commit_before_does_not_know_a_new_name(plan_of):
    """An alias in the program leads from the old name to the new one, not back."""
    back = reverse(plan_of("record_renamed_with_an_alias"))
    assert done(back) == [("create", "static"), ("delete", "static-renamed")]


@pytest.mark.parametrize("case", ["unknown_kind_of_step", "read_refreshed_and_imported"])
def test_a_step_without_a_known_way_back_says_so(case, plan_of):
    with pytest.raises(Untold, match=r"way back|nobody knows"):
        reverse(plan_of(case))
