"""Reading a preview: what is one, what is not, and what is kept of it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.plan import SECRET, Op, Plan, Step, Unknown, UnknownKind, UnknownStep, read_plan

CASES = Path(__file__).parents[1] / "cases"
TEXT = (CASES / "certificate_gains_a_name" / "preview.json").read_text()
ROOT = "urn:pulumi:production::cdn::pulumi:pulumi:Stack::cdn-production"
CERT = "urn:pulumi:production::cdn::aws:acm/certificate:Certificate::cert"


def document() -> dict:
    return json.loads(TEXT)


def read(edited: object) -> Plan:
    return read_plan(json.dumps(edited))


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        read_plan(text)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300
    return caught.value.message


def steps_of(plan: Plan, urn: str) -> list[Step]:
    return [step for step in plan.steps if isinstance(step, Step) and step.urn == urn]


def test_a_captured_preview_becomes_a_plan_of_its_project_and_stack():
    plan = read_plan(TEXT)
    assert (plan.project, plan.stack, len(plan.steps)) == ("cdn", "production", 17)


def test_steps_keep_the_engines_order_so_that_create_first_shows():
    ops = [step.op for step in steps_of(read_plan(TEXT), CERT)]
    assert ops == [Op.CREATE_REPLACEMENT, Op.REPLACE, Op.DELETE_REPLACED]


def test_old_and_new_state_carry_inputs_outputs_and_edges():
    step = steps_of(read_plan(TEXT), CERT)[0]
    assert step.old.outputs["domainName"] == "static.example.org"
    assert step.new.inputs["subjectAlternativeNames"] == ["index.example.org"]
    validation = next(s for s in read_plan(TEXT).steps if s.urn.endswith("::cert-issued"))
    assert validation.new.sources("certificateArn") == (CERT,)


def test_without_property_dependencies_every_dependency_may_have_given_every_input():
    raw = document()
    step = next(s for s in raw["steps"] if s["urn"].endswith("::cert-issued") and s["op"] == "replace")
    del step["newState"]["propertyDependencies"]
    new = next(s for s in read(raw).steps if s.urn.endswith("::cert-issued") and s.op is Op.REPLACE).new
    assert CERT in new.sources("anything")


@pytest.mark.parametrize("kind", list(UnknownKind))
def test_every_sentinel_is_an_unknown_of_its_kind_alone_and_inside_a_string(kind):
    raw = document()
    inputs = next(s for s in raw["steps"] if s["op"] == "update")["newState"]["inputs"]
    inputs["alone"], inputs["inside"] = kind.value, f"https://{kind.value}/x"
    new = next(s for s in read(raw).steps if s.op is Op.UPDATE).new.inputs
    assert new["alone"] == Unknown(kind, kind.value)
    assert new["inside"] == Unknown(kind, f"https://{kind.value}/x")


def test_a_masked_secret_is_a_secret_and_no_text():
    raw = document()
    next(s for s in raw["steps"] if s["op"] == "update")["newState"]["inputs"]["key"] = "[secret]"
    assert next(s for s in read(raw).steps if s.op is Op.UPDATE).new.inputs["key"] is SECRET


def test_a_plan_cannot_be_changed():
    step = read_plan(TEXT).steps[1]
    with pytest.raises(AttributeError):
        step.urn = "other"
    with pytest.raises(AttributeError):
        step.old.raw_inputs = b"{}"


def test_a_name_may_hold_the_urn_separator():
    text = TEXT.replace("Record::static", "Record::st::a$tic")
    assert any(step.urn.endswith("::st::a$tic") for step in read_plan(text).steps)


def test_a_step_of_an_unknown_kind_is_kept_as_such():
    raw = document()
    raw["steps"].append({"op": "levitate", "urn": CERT})
    assert read(raw).steps[-1] == UnknownStep("levitate", CERT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("Previewing update (production)", "not JSON"),
        ('{"steps": [', "truncated"),
        ("[]", "array"),
        ("null", "null"),
        ('"steps"', "string"),
        ("3", "number"),
        ("true", "boolean"),
        ("{}", "another kind"),
        ('{"version": 3, "deployment": {}}', "stack export"),
        ('{"format_version": "1.2", "terraform_version": "1.9", "resource_changes": []}', "Terraform plan"),
        ('{"manifest": {}, "resourcePlans": {}}', "--save-plan"),
        ('{"sequence": 1, "timestamp": 2}\n{"sequence": 2, "timestamp": 2}', "stream of engine events"),
        ('{"sequence": 1, "timestamp": 2}', "engine event"),
        ('{"diagnostics": [{"severity": "error", "message": "no\\nkey"}]}', "failed before its first step (no key)"),
        ('{"steps": []}', "no steps at all"),
        ('{"steps": {}}', "not a list"),
        ('{"steps": [1]}', "steps[0] is not an object"),
        ('{"steps": [{"op": "same"}]}', "steps[0].urn is missing"),
        ('{"steps": [{"op": "same", "urn": "x", "newState": {"urn": "x", "type": "t"}}]}', "not a Pulumi URN"),
        (f'{{"steps": [{{"op": "same", "urn": "{ROOT}"}}]}}', "neither an old nor a new state"),
        ("[" * 100_000, "nested too deeply"),
        ('{"steps": [1' + "0" * 5000 + "]}", "not valid JSON"),
    ],
)
def test_anything_else_is_named_in_one_line(text, says):
    assert says in refusal(text)


@pytest.mark.parametrize("twentieth", range(1, 20))
def test_a_preview_cut_anywhere_is_bad_input(twentieth):
    assert "truncated" in refusal(TEXT[: len(TEXT) * twentieth // 20])


def test_a_preview_without_its_replacement_steps_is_refused():
    raw = document()
    raw["steps"] = [s for s in raw["steps"] if s["op"] not in ("create-replacement", "delete-replaced")]
    assert "--show-replacement-steps" in refusal(json.dumps(raw))


@pytest.mark.parametrize("half", ["create-replacement", "delete-replaced", "replace"])
def test_each_step_of_a_replacement_must_be_there(half):
    raw = document()
    raw["steps"] = [s for s in raw["steps"] if not (s["op"] == half and s["urn"] == CERT)]
    refusal(json.dumps(raw))


def test_the_delete_half_may_be_missing_when_an_earlier_apply_did_it():
    raw = document()
    raw["steps"] = [s for s in raw["steps"] if not (s["op"] == "delete-replaced" and s["urn"] == CERT)]
    for step in raw["steps"]:
        if step["urn"] == CERT:
            step["oldState"]["pendingReplacement"] = True
    assert len(read(raw).steps) == 16


def test_a_delete_half_that_stands_alone_is_left_over_from_an_earlier_apply():
    raw = document()
    raw["steps"].append({**raw["steps"][-1], "urn": CERT.replace("::cert", "::gone")})
    assert len(read(raw).steps) == 18


def test_a_preview_that_hides_unchanged_resources_is_refused():
    raw = document()
    raw["steps"] = [s for s in raw["steps"] if s["op"] != "same" or "Stack" in s["urn"]]
    assert "--show-sames" in refusal(json.dumps(raw))


@pytest.mark.parametrize("edit", [{"update": 2}, {"update": "1"}, {"delete": 1}, {"create": 0}])
def test_a_summary_that_disagrees_with_the_steps_is_refused(edit):
    raw = document()
    raw["changeSummary"].update(edit)
    assert "cut or edited" in refusal(json.dumps(raw))


def test_a_preview_without_a_summary_did_not_finish():
    raw = document()
    del raw["changeSummary"]
    assert "did not finish" in refusal(json.dumps(raw))


def test_two_updates_of_one_resource_are_no_plan():
    raw = document()
    raw["steps"].append(next(s for s in raw["steps"] if s["op"] == "update"))
    assert "2 update steps" in refusal(json.dumps(raw))


def test_a_failed_preview_says_why_it_failed():
    raw = document()
    raw["diagnostics"] = [{"severity": "error", "message": "no credentials\x1b[2J", "urn": CERT}]
    assert refusal(json.dumps(raw)) == "the preview failed: no credentials [2J"


def test_a_preview_that_failed_over_protection_alone_is_a_plan_that_can_only_be_refused():
    text = (CASES / "protected_bucket_deleted" / "preview.json").read_text()
    assert [urn.rpartition("::")[2] for urn in read_plan(text).blocked] == ["logs"]


def test_a_protection_error_does_not_excuse_another_one():
    raw = json.loads((CASES / "protected_bucket_deleted" / "preview.json").read_text())
    raw["diagnostics"].append({"severity": "error", "message": "no credentials", "urn": CERT})
    assert "no credentials" in refusal(json.dumps(raw))


def test_resources_of_two_stacks_in_one_preview_are_refused():
    raw = document()
    raw["steps"].append({**raw["steps"][0], "urn": "urn:pulumi:staging::cdn::pulumi:pulumi:Stack::cdn-staging"})
    assert "several stacks" in refusal(json.dumps(raw))


def test_a_renamed_resource_may_have_had_another_type():
    """An alias names the whole old URN: the same bucket under its provider's older token."""
    edited = document()
    step = next(step for step in edited["steps"] if step["op"] == "same" and "::aws:" in step["urn"])
    old = step["oldState"]
    old["urn"] = "urn:pulumi:production::cdn::aws:some/older:Older::before"
    old["type"] = "aws:some/older:Older"
    assert any(s.old and s.old.type == "aws:some/older:Older" for s in read(edited).steps if isinstance(s, Step))
    old["type"] = "aws:some/other:Other"
    assert "is of another resource than the step" in refusal(json.dumps(edited))


def test_a_preview_without_the_stack_itself_is_not_whole():
    raw = document()
    del raw["steps"][0]
    assert "stack itself" in refusal(json.dumps(raw))


@pytest.mark.parametrize(
    ("field", "value"),
    [("protect", "yes"), ("dependencies", "x"), ("dependencies", [1]),
     ("propertyDependencies", []), ("propertyDependencies", {"a": "b"}), ("parent", 3), ("id", 3), ("urn", None),
     ("type", None)],
)  # fmt: skip
def test_a_field_of_the_wrong_type_is_named_with_its_path(field, value):
    raw = document()
    raw["steps"][1]["newState"][field] = value
    assert f"steps[1].newState.{field}" in refusal(json.dumps(raw))


def test_properties_nested_past_reason_are_refused():
    raw = document()
    deep: object = "x"
    for _ in range(500):
        deep = {"in": deep}
    raw["steps"][1]["newState"]["inputs"]["deep"] = deep
    with pytest.raises(BadInput, match="nested"):
        _ = read(raw).steps[1].new.inputs


@pytest.mark.parametrize("value", [[], "x", 3])
def test_properties_that_are_none_are_named_with_their_resource_when_they_are_asked_for(value):
    raw = document()
    raw["steps"][1]["newState"]["inputs"] = value
    with pytest.raises(BadInput, match="the properties of 'cert' are not a JSON object"):
        _ = read(raw).steps[1].new.inputs


def test_properties_that_are_null_are_none_at_all():
    raw = document()
    raw["steps"][1]["newState"]["inputs"] = None
    assert read(raw).steps[1].new.inputs == {}


def test_the_digest_is_of_the_content_and_not_of_the_hour_or_the_parallel_order():
    raw = document()
    again = deepcopy(raw)
    again["duration"] = 1
    for step in again["steps"]:
        for side in ("oldState", "newState"):
            if side in step:
                step[side]["modified"] = "2030-01-01T00:00:00Z"
    again["steps"][3], again["steps"][4] = again["steps"][4], again["steps"][3]
    assert read(again).digest == read(raw).digest


def test_the_digest_is_not_of_the_order_in_which_dependencies_are_listed():
    """They are sets in Python's SDK, and come in another order with every run of a program."""
    raw = document()
    state = next(step["newState"] for step in raw["steps"] if len(step.get("newState", {}).get("dependencies", ())) > 1)
    again = deepcopy(raw)
    for step in again["steps"]:
        for side in ("oldState", "newState"):
            found = step.get(side, {})
            found.get("dependencies", []).reverse()
            for sources in found.get("propertyDependencies", {}).values():
                sources.reverse()
    assert again != raw
    assert read(again).digest == read(raw).digest
    state["dependencies"].pop()
    assert read(raw).digest != read(again).digest


@pytest.mark.parametrize(("old", "new"), [("index.example.org", "other.example.org"), ("production::", "staging::")])
def test_the_digest_binds_content_and_stack(old, new):
    assert read_plan(TEXT.replace(old, new)).digest != read_plan(TEXT).digest


def test_the_digest_binds_which_half_of_a_replacement_comes_first():
    raw = document()
    raw["steps"][1], raw["steps"][2] = raw["steps"][2], raw["steps"][1]
    assert read(raw).digest != read_plan(TEXT).digest


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_preview_with_any_part_replaced_is_read_or_refused_in_one_line(data):
    raw = document()
    where: object = raw
    while isinstance(where, dict | list) and where:
        key = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if data.draw(st.booleans()) or not isinstance(where[key], dict | list):
            where[key] = data.draw(JSON)
            break
        where = where[key]
    try:
        read(raw)
    except BadInput as error:
        said = error.message
    else:
        said = ""
    assert "\n" not in said


def test_a_create_that_targets_left_out_is_not_there():
    """The engine prints it as if it stayed, old state and new, with no id and no property."""
    document = json.loads(TEXT)
    urn = document["steps"][-1]["urn"].rpartition("::")[0] + "::left-out"
    state = {"urn": urn, "custom": True, "type": urn.split("::")[2].split("$")[-1], "dependencies": []}
    document["steps"].append({"op": "same", "urn": urn, "oldState": state, "newState": state})
    document["changeSummary"]["same"] += 1
    assert urn not in {step.urn for step in read_plan(json.dumps(document)).steps}
