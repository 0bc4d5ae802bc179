"""Previews that say what no engine says. Each is bad input or refused, and says why; the few that are harmless in
truth are approved, and say so here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hostile.documents import DOMAIN, HOME, PROVIDER, ROOT, created, harmless, record, recounted, state, step, unchanged
from hostile.outcome import APPROVED, BAD_INPUT, REFUSED, judge

Document = dict[str, Any]
HOSTILE: list[Any] = []
LONG = "x" * 10_000_000
WEIGHTED = {"weightedRoutingPolicies": [{"weight": 1}]}
STATIC = f"{HOME}aws:route53/record:Record::static"


def hostile(status: int, says: str = "") -> Callable[[Callable[[Document], Document | None]], Callable[..., Any]]:
    """The edited preview must end like this. An edit changes the document, or returns another."""

    def keep(edit: Callable[[Document], Document | None]) -> Callable[[Document], Document | None]:
        HOSTILE.append(pytest.param(edit, status, says, id=edit.__name__))
        return edit

    return keep


def test_the_preview_to_do_harm_to_is_approved():
    assert judge(harmless()).status == APPROVED


# What a document is made of, of the wrong type or missing.


@hostile(BAD_INPUT, "steps is not a list")
def steps_are_an_object(document: Document) -> None:
    document["steps"] = {str(number): step for number, step in enumerate(document["steps"])}


@hostile(BAD_INPUT, "steps is not a list")
def steps_are_null(document: Document) -> None:
    document["steps"] = None


@hostile(BAD_INPUT, "not a preview with steps")
def there_are_no_steps_at_all(document: Document) -> None:
    del document["steps"]


@hostile(BAD_INPUT, "no steps at all")
def steps_are_empty(document: Document) -> Document:
    return {"steps": [], "changeSummary": {}}


@hostile(BAD_INPUT, "steps[0] is not an object")
def a_step_is_null(document: Document) -> None:
    document["steps"][0] = None


@hostile(BAD_INPUT, "steps[9].urn is missing")
def a_step_has_no_urn(document: Document) -> None:
    del step(document, "static")["urn"]


@hostile(BAD_INPUT, "steps[9].urn is not a string")
def a_urn_is_a_number(document: Document) -> None:
    step(document, "static")["urn"] = 9


@hostile(BAD_INPUT, "steps[9].op is missing")
def a_step_has_no_op(document: Document) -> None:
    del step(document, "static")["op"]


@hostile(BAD_INPUT, "steps[9].op is not a string")
def an_op_is_a_list(document: Document) -> None:
    step(document, "static")["op"] = ["update"]


@hostile(BAD_INPUT, "neither an old nor a new state")
def a_step_has_no_states(document: Document) -> None:
    del step(document, "static")["oldState"], step(document, "static")["newState"]


@hostile(BAD_INPUT, "steps[9]")
def an_update_says_nothing_of_what_it_leaves(document: Document) -> None:
    del step(document, "static")["newState"]


@hostile(BAD_INPUT, "steps[9]")
def an_update_says_nothing_of_what_it_finds(document: Document) -> None:
    del step(document, "static")["oldState"]


@hostile(BAD_INPUT, "steps[8]")
def an_unchanged_resource_has_no_old_state(document: Document) -> None:
    del step(document, "cdn")["oldState"]


@hostile(BAD_INPUT, "steps[8]")
def an_unchanged_resource_has_no_new_state(document: Document) -> None:
    del step(document, "cdn")["newState"]


@hostile(BAD_INPUT, "steps[")
def a_create_says_nothing_of_what_it_makes(document: Document) -> Document:
    made = created(document, state("record", "index", record("index.example.org")))
    made["steps"][-1]["oldState"] = made["steps"][-1].pop("newState")
    return made


@hostile(BAD_INPUT, "steps[")
def a_delete_says_nothing_of_what_it_takes(document: Document) -> Document:
    step(document, "static")["op"] = "delete"
    del step(document, "static")["oldState"]
    return recounted(document)


@hostile(BAD_INPUT, "steps[9].newState is not an object")
def a_state_is_a_list(document: Document) -> None:
    step(document, "static")["newState"] = [step(document, "static")["newState"]]


@hostile(BAD_INPUT, "not a")
def inputs_are_a_list(document: Document) -> None:
    step(document, "static")["newState"]["inputs"] = []


@hostile(BAD_INPUT, "steps[9].newState.dependencies")
def dependencies_hold_null(document: Document) -> None:
    step(document, "static")["newState"]["dependencies"] = [None]


@hostile(BAD_INPUT, "steps[9].newState.custom")
def custom_is_a_text(document: Document) -> None:
    step(document, "static")["newState"]["custom"] = "false"


# URNs and types.


@hostile(BAD_INPUT, "not a Pulumi URN")
def a_urn_is_an_arn(document: Document) -> None:
    step(document, "static")["urn"] = "arn:aws:route53:::hostedzone/Z1"


@hostile(BAD_INPUT, "not a Pulumi URN")
def a_urn_lacks_its_project(document: Document) -> None:
    step(document, "static")["urn"] = "urn:pulumi:production::::aws:route53/record:Record::static"


@hostile(BAD_INPUT, "several stacks")
def a_step_is_of_another_stack(document: Document) -> None:
    document["steps"][9] = json.loads(json.dumps(step(document, "static")).replace("production::", "staging::"))


@hostile(BAD_INPUT, "stack itself")
def the_stack_is_missing(document: Document) -> Document:
    return recounted(document | {"steps": document["steps"][1:]})


@hostile(APPROVED)
def a_name_holds_the_separator_of_urns(document: Document) -> Document:
    """Pulumi allows it, and the plan is the same."""
    return json.loads(json.dumps(document).replace("Record::static", "Record::st::at::ic"))


@hostile(BAD_INPUT, "steps[9]")
def a_state_is_of_another_urn_than_its_step(document: Document) -> None:
    step(document, "static")["newState"]["urn"] = step(document, "cdn")["urn"]


@hostile(BAD_INPUT, "steps[9]")
def a_type_is_not_the_urns(document: Document) -> None:
    """Else a record could be passed off as something that no hostname rests on."""
    for side in ("oldState", "newState"):
        step(document, "static")[side]["type"] = "aws:sns/topic:Topic"


@hostile(REFUSED, "")
def a_type_that_nobody_knows_is_on_the_way_to_a_hostname(document: Document) -> Document:
    """A distribution of a type of its own: what the record leads to is not in the plan then, as before. Its edit counts
    as a change beside the record's."""
    step(document, "cdn")["op"] = "update"
    step(document, "cdn")["newState"]["inputs"]["enabled"] = False
    text = json.dumps(document).replace("aws:cloudfront/distribution:Distribution", "aws:cloudfront/distributor:New")
    return recounted(json.loads(text))


# Steps that contradict each other.


@hostile(REFUSED, "does not know")
def an_op_is_unknown(document: Document) -> Document:
    step(document, "static")["op"] = "levitate"
    return recounted(document)


@hostile(BAD_INPUT, "2 update steps")
def one_resource_is_updated_twice(document: Document) -> Document:
    document["steps"].append(step(document, "static"))
    return recounted(document)


@hostile(BAD_INPUT, "")
def one_resource_is_unchanged_and_updated(document: Document) -> Document:
    document["steps"].insert(9, {**step(document, "static"), "op": "same"})
    return recounted(document)


@hostile(BAD_INPUT, "")
def one_resource_is_unchanged_twice(document: Document) -> Document:
    document["steps"].insert(8, step(document, "cdn"))
    return recounted(document)


@hostile(BAD_INPUT, "")
def one_resource_is_updated_and_deleted(document: Document) -> Document:
    gone = {"op": "delete", "urn": STATIC, "oldState": step(document, "static")["oldState"]}
    document["steps"].append(gone)
    return recounted(document)


@hostile(BAD_INPUT, "")
def one_resource_is_created_and_deleted(document: Document) -> Document:
    made = created(document, state("record", "index", record("index.example.org")))
    new = made["steps"][-1]["newState"]
    made["steps"].append({"op": "delete", "urn": new["urn"], "oldState": {**new, "id": "x"}})
    return recounted(made)


@hostile(BAD_INPUT, "")
def one_resource_is_unchanged_and_deleted(document: Document) -> Document:
    document["steps"].append({"op": "delete", "urn": STATIC, "oldState": step(document, "static")["oldState"]})
    step(document, "static")["op"] = "same"
    return recounted(document)


@hostile(BAD_INPUT, "without --show-replacement-steps")
def a_replacement_has_no_halves(document: Document) -> Document:
    step(document, "static")["op"] = "replace"
    return recounted(document)


@hostile(BAD_INPUT, "lost the replace step")
def half_a_replacement(document: Document) -> Document:
    step(document, "static")["op"] = "create-replacement"
    return recounted(document)


# Whether the preview is whole.


@hostile(BAD_INPUT, "changeSummary counts")
def the_summary_counts_another_update(document: Document) -> None:
    document["changeSummary"]["update"] = 2


@hostile(BAD_INPUT, "changeSummary counts")
def the_summary_counts_deletes_that_are_not_shown(document: Document) -> None:
    document["changeSummary"]["delete"] = 3


@hostile(BAD_INPUT, "changeSummary counts")
def the_summary_counts_with_texts(document: Document) -> None:
    document["changeSummary"]["update"] = "1"


@hostile(BAD_INPUT, "no changeSummary")
def the_summary_is_missing(document: Document) -> None:
    del document["changeSummary"]


@hostile(BAD_INPUT, "no changeSummary")
def the_summary_is_a_list(document: Document) -> None:
    document["changeSummary"] = [{"same": 9}]


@hostile(BAD_INPUT, "--show-sames")
def unchanged_resources_are_not_shown(document: Document) -> None:
    document["steps"] = [document["steps"][0], *(step for step in document["steps"] if step["op"] != "same")]


@hostile(BAD_INPUT, "changeSummary")
def the_preview_is_of_an_engine_that_shows_nothing_unchanged_nor_counts_it(document: Document) -> None:
    document["steps"] = [document["steps"][0], step(document, "static")]
    del document["changeSummary"]


@hostile(BAD_INPUT, "the preview failed: no credentials")
def the_preview_failed_half_way(document: Document) -> None:
    document["steps"] = document["steps"][:5]
    document["diagnostics"] = [{"severity": "error", "message": "no credentials"}]
    document["changeSummary"] = {"same": 5}


@hostile(BAD_INPUT, "the preview failed")
def the_preview_failed_without_a_word(document: Document) -> None:
    document["diagnostics"] = [{"severity": "error"}]


@hostile(BAD_INPUT, "diagnostics is not a list of objects")
def diagnostics_are_a_text(document: Document) -> None:
    document["diagnostics"] = "error: no credentials"


@hostile(BAD_INPUT, "the preview failed before its first step")
def the_program_failed_before_its_first_step(document: Document) -> Document:
    return {"diagnostics": [{"severity": "error", "message": "no module named slipway"}], "duration": 1}


@hostile(APPROVED)
def diagnostics_only_warn(document: Document) -> None:
    """A warning of the engine is none about the plan."""
    document["diagnostics"] = [{"severity": "warning", "message": "a new version of Pulumi is available"}]


# Circles, and edges that lead nowhere.


@hostile(BAD_INPUT, "in a circle")
def a_resource_depends_on_itself(document: Document) -> None:
    step(document, "static")["newState"]["dependencies"] = [STATIC]


@hostile(BAD_INPUT, "in a circle")
def two_resources_depend_on_each_other(document: Document) -> None:
    step(document, "cdn")["newState"]["dependencies"].append(STATIC)


@hostile(BAD_INPUT, "in a circle")
def a_resource_is_its_own_parent(document: Document) -> None:
    step(document, "static")["newState"]["parent"] = STATIC


@hostile(BAD_INPUT, "in a circle")
def components_hold_each_other(document: Document) -> Document:
    urns = [f"{HOME}site:index:Group::{name}" for name in ("one", "other")]
    document = unchanged(document, state("group", "one", {}, parent=urns[1]))
    step(document, "static")["newState"]["parent"] = urns[0]
    return unchanged(document, state("group", "other", {}, parent=urns[0]))


@hostile(APPROVED)
def a_dependency_is_not_in_the_plan(document: Document) -> None:
    """One more thing to wait for that does not exist orders nothing, and takes nothing away."""
    step(document, "static")["newState"]["dependencies"].append(f"{HOME}aws:s3/bucket:Bucket::nowhere")


@hostile(BAD_INPUT, "")
def deletes_depend_on_each_other(document: Document) -> Document:
    for name, other in (("one", "two"), ("two", "one")):
        old = state("bucket", name, {"bucket": name}, id=name, dependencies=[f"{HOME}aws:s3/bucket:Bucket::{other}"])
        document["steps"].append({"op": "delete", "urn": old["urn"], "oldState": old})
    return recounted(document)


@hostile(BAD_INPUT, "nested")
def a_property_is_nested_past_reason(document: Document) -> None:
    for _ in range(500):
        step(document, "static")["newState"]["inputs"] = {"x": step(document, "static")["newState"]["inputs"]}


@hostile(REFUSED)
def a_property_is_nested_as_deep_as_allowed(document: Document) -> None:
    """And differs at the bottom."""
    for side in ("oldState", "newState"):
        deep: Any = side
        for _ in range(90):
            deep = [deep]
        step(document, "static")[side]["inputs"]["geo"] = {"deep": deep}
        step(document, "issued")[side]["inputs"]["geo"] = {"deep": deep}
    step(document, "issued")["op"] = "update"
    document["changeSummary"] = recounted(document)["changeSummary"]


# Record sets.


def having(document: Document, **inputs: Any) -> None:
    """The record set that is updated takes these inputs."""
    step(document, "static")["newState"]["inputs"].update(inputs)


def renewed(**inputs: Any) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        having(document, **inputs)

    return edit


WRONG_INPUTS: dict[str, dict[str, Any]] = {
    "records as a number": {"records": 3},
    "records as an object": {"records": {"name": "static"}},
    "records as null": {"records": None},
    "records of numbers": {"records": [1, 2]},
    "records of lists": {"records": [[DOMAIN]]},
    "no records": {"records": []},
    "a name as a list": {"name": ["static.example.org"]},
    "a name as a number": {"name": 7},
    "a type as a list": {"type": ["CNAME"]},
    "a type as null": {"type": None},
    "a type nobody knows": {"type": "CNAM3"},
    "a zone as a number": {"zoneId": 3},
    "aliases of nulls": {"records": None, "aliases": [None, None]},
    "aliases of numbers": {"records": None, "aliases": [1]},
    "aliases as a text": {"records": None, "aliases": "all"},
    "an alias without a name": {"records": None, "aliases": [{"zoneId": "Z2FDTNDATAQYW2"}]},
    "a weight as a text": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": "many"}]},
    "a weight below 0": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": -1}]},
    "a weight of 256": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 256}]},
    "a weight of 10 to the 300": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 10**300}]},
    "a weight of one half": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 0.5}]},
    "a weight that is no number": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": float("nan")}]},
    "an infinite weight": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": float("inf")}]},
    "a weight as a list": {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": [1]}]},
    "weights as null": {"setIdentifier": "one", "weightedRoutingPolicies": [None]},
    "a record of 10 MB": {"records": [LONG]},
    "a name of 10 MB": {"name": LONG},
    "10,000 records": {"records": [f"{number}.example.net" for number in range(10_000)]},
    "a record that is a lone surrogate": {"records": ["\ud800"]},
    "a record of no characters": {"records": [""]},
    "a name of dots": {"name": "..."},
}


@pytest.mark.parametrize("inputs", WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_a_record_set_that_route_53_would_not_take_is_refused(inputs):
    document = harmless()
    having(document, **inputs)
    outcome = judge(document)
    assert outcome.status in (REFUSED, BAD_INPUT)
    assert outcome.says


HARMLESS_INPUTS: dict[str, dict[str, Any]] = {
    "a TTL as digits": {"ttl": "300"},
    "a name in capitals with a final dot": {"name": "STATIC.example.ORG."},
    "a tag with an escape": {"tags": {"\x1b[2J": "\x1b]0;owned\x07"}},
    "a tag of 10 MB": {"tags": {"x": LONG}},
}


@pytest.mark.parametrize("inputs", HARMLESS_INPUTS.values(), ids=HARMLESS_INPUTS)
def test_a_record_set_that_only_looks_odd_is_approved(inputs):
    """The answer stays as it was."""
    document = harmless()
    having(document, **inputs)
    assert judge(document).status == APPROVED


# TTL strings, chains, loops.


@hostile(REFUSED)
def a_ttl_is_a_text(document: Document) -> None:
    having(document, ttl="soon")


@hostile(REFUSED)
def a_ttl_is_negative(document: Document) -> None:
    having(document, ttl=-1)


@hostile(REFUSED, "static.example.org")
def a_name_is_its_own_alias(document: Document) -> None:
    having(document, records=["static.example.org"])


def chain(document: Document, length: int, end: str) -> Document:
    """The record set leads to another, and so on, all of them there already but the first's new content."""
    names = [f"hop{number}.example.org" for number in range(length)]
    for name, target in zip(names, [*names[1:], end], strict=True):
        document = unchanged(document, state("record", name, record(name, records=[target])))
    step(document, "static")["newState"]["inputs"]["records"] = [names[0]]
    return document


@hostile(REFUSED, "static.example.org")
def names_lead_in_a_circle(document: Document) -> Document:
    return chain(document, 2, "static.example.org")


@hostile(REFUSED, "static.example.org")
def names_lead_into_a_circle(document: Document) -> Document:
    return chain(document, 4, "hop2.example.org")


@hostile(REFUSED, "static.example.org")
def a_chain_of_nine_names(document: Document) -> Document:
    """Resolvers follow eight at most."""
    return chain(document, 9, DOMAIN)


@hostile(APPROVED)
def a_chain_of_three_names(document: Document) -> Document:
    """It is served at every moment: each of these names answered before."""
    return chain(document, 3, DOMAIN)


@hostile(REFUSED, "static.example.org")
def a_chain_of_five_hundred_names(document: Document) -> Document:
    steps = []
    for number in range(500):
        new = state("record", f"hop{number}", record(f"h{number}.example.org", records=[f"h{number + 1}.example.org"]))
        steps.append({"op": "same", "urn": new["urn"], "oldState": {**new, "id": f"i{number}"}, "newState": new})
    having(document, records=["h0.example.org"])
    document["steps"][1:1] = steps
    return recounted(document)


# Policies.


POLICIES: dict[str, Any] = {
    "not JSON": "{",
    "no characters": "",
    "a JSON list": "[]",
    "a JSON number": "3",
    "nested too deeply": "[" * 100_000,
    "deep inside": json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {}}]}).replace(
        "{}", '{"a":' * 5_000 + "1" + "}" * 5_000
    ),
    "10 MB": LONG,
    "a number": 3,
    "a list": [{"Statement": []}],
    "null": None,
    "without statements": json.dumps({"Version": "2012-10-17"}),
    "statements as a number": json.dumps({"Statement": 3}),
    "statements of nulls": json.dumps({"Statement": [None]}),
    "an effect nobody knows": json.dumps({"Statement": [{"Effect": "Perhaps", "Principal": "*"}]}),
    "an effect as a list": json.dumps({"Statement": [{"Effect": ["Allow"], "Principal": "*"}]}),
}
ALLOWED = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
STATEMENTS: dict[str, dict[str, Any]] = {
    "a principal as a number": {"Principal": 3},
    "a principal of numbers": {"Principal": {"Service": [3]}},
    "a principal of objects": {"Principal": {"AWS": {"AWS": "*"}}},
    "an action as a number": {"Action": 3},
    "an action of objects": {"Action": [{}]},
    "a resource as null": {"Resource": None},
    "a resource of lists": {"Resource": [["*"]]},
    "a condition as a list": {"Condition": [{"Bool": {"aws:SecureTransport": "true"}}]},
    "a condition as a text": {"Condition": "never"},
    "a condition's keys as a list": {"Condition": {"StringEquals": ["aws:SourceArn"]}},
    "a condition of numbers": {"Condition": {"StringEquals": {"aws:SourceArn": [3]}}},
    "a condition of objects": {"Condition": {"Bool": {"aws:SecureTransport": {}}}},
    "a condition nobody knows": {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01"}}},
    "a pattern that costs time": {"Resource": ["*a" * 5_000 + "/*"]},
}


def with_policy(policy: Any) -> Document:
    """The record is left alone, and the bucket's policy is edited instead."""
    document = harmless()
    read, static = step(document, "read"), step(document, "static")
    static["op"], read["op"] = "same", "update"
    static["newState"]["inputs"] = static["oldState"]["inputs"]
    read["newState"]["inputs"]["policy"] = policy
    return recounted(document)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_policy_that_cannot_be_read_admits_nobody(policy):
    outcome = judge(with_policy(policy))
    assert outcome.status in (REFUSED, BAD_INPUT)
    assert outcome.says


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_cannot_be_read_admits_nobody(statement):
    outcome = judge(with_policy(json.dumps({"Statement": [ALLOWED | statement]})))
    assert outcome.status == REFUSED
    assert "static.example.org" in outcome.says


def test_a_policy_that_admits_everybody_is_approved():
    """The tests above would pass over any policy else."""
    assert judge(with_policy(json.dumps({"Statement": [ALLOWED]}))).status == APPROVED


# Distributions.


DISTRIBUTIONS: dict[str, dict[str, Any]] = {
    "aliases of nulls": {"aliases": [None, None]},
    "aliases as a number": {"aliases": 3},
    "aliases as an object": {"aliases": {"static.example.org": True}},
    "10,000 other aliases": {"aliases": [f"{number}.example.org" for number in range(10_000)]},
    "no origins": {"origins": []},
    "origins of nulls": {"origins": [None]},
    "an origin as a text": {"origins": ["crates-example-org.s3.us-east-1.amazonaws.com"]},
    "a behaviour as a text": {"defaultCacheBehavior": "s3"},
    "a behaviour of nothing": {"defaultCacheBehavior": None},
    "a target as a list": {"defaultCacheBehavior": {"targetOriginId": ["s3"]}},
    "a certificate as a text": {"viewerCertificate": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
    "a certificate as null": {"viewerCertificate": None},
    "an ARN as a number": {"viewerCertificate": {"acmCertificateArn": 3, "sslSupportMethod": "sni-only"}},
    "enabled as null": {"enabled": None},
    "enabled as a text": {"enabled": "no"},
    "enabled as zero": {"enabled": 0},
}


@pytest.mark.parametrize("inputs", DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
def test_a_distribution_that_cannot_be_read_serves_nobody(inputs):
    document = harmless()
    cdn, static = step(document, "cdn"), step(document, "static")
    static["op"], cdn["op"] = "same", "update"
    static["newState"]["inputs"] = static["oldState"]["inputs"]
    cdn["newState"]["inputs"].update(inputs)
    outcome = judge(recounted(document))
    assert outcome.status in (REFUSED, BAD_INPUT)
    assert outcome.says


# Many of a thing: whether there is an end to it, not how long it takes.


@hostile(REFUSED, "one-change")
def a_thousand_steps_of_nothing(document: Document) -> Document:
    for number in range(1_000):
        new = state("bucket", f"b{number}", {"bucket": f"b{number}"})
        document["steps"].append({"op": "create", "urn": new["urn"], "newState": new})
    return recounted(document)


@hostile(REFUSED)
def five_hundred_record_sets_of_one_name(document: Document) -> Document:
    for number in range(500):
        new = state("record", f"r{number}", record("static.example.org", setIdentifier=str(number), **WEIGHTED))
        document["steps"].append({"op": "create", "urn": new["urn"], "newState": new})
    return recounted(document)


@hostile(REFUSED)
def four_hundred_resources_that_depend_on_all_before(document: Document) -> Document:
    urns: list[str] = []
    for number in range(400):
        new = state("bucket", f"b{number}", {"bucket": f"b{number}"}, dependencies=list(urns), provider=PROVIDER)
        urns.append(new["urn"])
        document["steps"].append({"op": "create", "urn": new["urn"], "newState": new})
    return recounted(document)


@hostile(BAD_INPUT, "levels deep")
def components_inside_components(document: Document) -> Document:
    parent = ROOT
    for number in range(3_000):
        new = state("group", f"g{number}", {}, parent=parent)
        parent = new["urn"]
        document["steps"].append({"op": "same", "urn": parent, "oldState": new, "newState": new})
    old = state("bucket", "b", {"bucket": "b"}, parent=parent, dependencies=[parent], id="b")
    document["steps"].append({"op": "delete", "urn": old["urn"], "oldState": old})
    return recounted(document)


@pytest.mark.parametrize(("edit", "status", "says"), HOSTILE)
def test_a_hostile_preview(edit, status, says):
    document = harmless()
    outcome = judge(edit(document) or document)
    assert (outcome.status, outcome.says) == (status, outcome.says)
    assert says in outcome.says
