"""Random edits of a program, natural and clumsy ones, and the strategy of plans they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from oracle.previews import Program, Ref, Resource, document, known_outputs, references
from oracle.worlds import (
    ALIASES,
    DECLARED,
    DISTRIBUTIONS,
    EXTERNAL_CERTIFICATE,
    NAMES,
    UNDECLARED,
    Draw,
    certified,
    chance,
    distribution,
    policy,
    record,
    standing,
    target_of,
)

__all__ = ["MOST_OPERATIONS", "changes", "edited", "plans"]

MOST_OPERATIONS = 8
Edited = dict[str, Resource]


def plans() -> st.SearchStrategy[dict[str, Any]]:
    """A preview of one to six edits, at most eight operations."""
    return edited().map(lambda found: document(*found))


def changes() -> st.SearchStrategy[tuple[Program, Program, dict[str, Any]]]:
    """The programs before and after such edits, and the preview of the step."""
    return edited().map(lambda found: (found[0], found[1], document(*found)))


@st.composite
def edited(draw: Draw) -> tuple[Program, Program, dict[str, int]]:
    """What such a preview is made of: the programs before and after, and the order in which it is printed."""
    before = standing(draw)
    after = dict(before)
    for _ in range(draw(st.integers(1, 6))):
        draw(st.sampled_from(EDITS))(draw, after)
    after = _without_lost_references(before, after)
    if chance(draw, 40):
        _edges(draw, after)
    if chance(draw, 30):
        _by_hand(draw, before, after)
    if chance(draw, 15):
        name = draw(st.sampled_from(sorted(before)))
        before[name] = replace(before[name], retained=True)
        if name in after:
            after[name] = replace(after[name], retained=True)
    rank = {name: number for number, name in enumerate(draw(st.permutations(sorted(after))))}
    try:
        preview = document(before, after, rank)
    except ValueError:
        assume(False)
    acting = [step for step in preview["steps"] if step["op"] not in ("same", "replace")]
    assume(0 < len(acting) <= MOST_OPERATIONS)
    return before, after, rank


def _of_kind(program: Program, kind: str) -> list[str]:
    return sorted(name for name, resource in program.items() if resource.kind == kind and not name.endswith("-proof"))


def _one(draw: Draw, names: list[str]) -> str | None:
    return draw(st.sampled_from(names)) if names else None


def aliases_change(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "distribution")):
        alias = draw(st.sampled_from(ALIASES))
        for other in _of_kind(program, "distribution"):
            # As a rule an alias moves; now and then it is claimed twice.
            if other != name and chance(draw, 85):
                left = [one for one in program[other].inputs["aliases"] if one != alias]
                program[other] = program[other].having(aliases=left)
        has = set(program[name].inputs["aliases"])
        program[name] = program[name].having(aliases=sorted(has ^ {alias}))


def certificate_reissued(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "certificate")):
        names = set(program[name].inputs["subjectAlternativeNames"]) ^ {draw(st.sampled_from(ALIASES[1:]))}
        changed = program[name].having(subjectAlternativeNames=sorted(names))
        program[name] = replace(changed, delete_first=chance(draw, 30))


def certificate_swapped(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "distribution")):
        if "spare" not in program:
            covered = [alias for alias in ALIASES if chance(draw, 60)]
            program |= certified("spare", covered, False)
        arn = draw(st.sampled_from([Ref("spare-issued", "certificateArn"), Ref("spare", "arn"), EXTERNAL_CERTIFICATE]))
        secure = {**program[name].inputs["viewerCertificate"], "acmCertificateArn": arn}
        program[name] = program[name].having(viewerCertificate=secure)


def record_retargeted(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "record")):
        program[name] = _another_target(draw, program, name, program[name])


def _another_target(draw: Draw, program: Edited, label: str, old: Resource) -> Resource:
    choices = [*_of_kind(program, "distribution"), DECLARED, UNDECLARED]
    if "through" in program and label != "through":
        choices.append("through")
    choice = draw(st.sampled_from(choices))
    alias = choice in DISTRIBUTIONS and draw(st.booleans())
    weights = old.inputs.get("weightedRoutingPolicies")
    weight = weights[0]["weight"] if weights else None
    return record(old.inputs["name"], target_of(choice), alias, weight, old.inputs.get("setIdentifier", ""))


def record_type_changed(draw: Draw, program: Edited) -> None:
    """Alias or CNAME to the same distribution, inside one resource."""
    names = [
        n for n in _of_kind(program, "record") if any(r.name in DISTRIBUTIONS for r in references(program[n].inputs))
    ]
    if name := _one(draw, names):
        inputs = program[name].inputs
        target = next(ref for ref in references(inputs) if ref.name in DISTRIBUTIONS)
        weights = inputs.get("weightedRoutingPolicies")
        weight = weights[0]["weight"] if weights else None
        program[name] = record(inputs["name"], target, "aliases" not in inputs, weight, inputs.get("setIdentifier", ""))


def record_renamed(draw: Draw, program: Edited) -> None:
    """Another resource takes the name over, perhaps as another type, perhaps by overwriting."""
    if (name := _one(draw, _of_kind(program, "record"))) and not name.endswith("-new"):
        old = program.pop(name)
        new = old if chance(draw, 60) else _another_target(draw, program, name, old)
        program[f"{name}-new"] = new.having(allowOverwrite=True)
        for other, resource in program.items():
            if any(ref.name == name for ref in references(resource.inputs)):
                program[other] = resource.having(records=[Ref(f"{name}-new", "name")])


def record_replaced(draw: Draw, program: Edited) -> None:
    """The same record set again, by a replacement: create-first overwrites, and then deletes what it wrote."""
    if name := _one(draw, _of_kind(program, "record")):
        again = program[name].having(allowOverwrite=True)
        program[name] = replace(again, replaced=True, delete_first=draw(st.booleans()))


def record_moved(draw: Draw, program: Edited) -> None:
    """The record gets another name, which replaces it."""
    if name := _one(draw, [name for name in _of_kind(program, "record") if name != "through"]):
        taken = {program[other].inputs["name"] for other in _of_kind(program, "record")}
        for free in sorted({*NAMES, "new.example.org"} - taken)[:1]:
            program[name] = replace(program[name].having(name=free), delete_first=chance(draw, 40))


def record_added(draw: Draw, program: Edited) -> None:
    taken = {program[other].inputs["name"] for other in _of_kind(program, "record")}
    if free := sorted({*NAMES, "new.example.org"} - taken):
        name = draw(st.sampled_from(free))
        label = name.partition(".")[0]
        if label not in program:
            program[label] = _another_target(draw, program, label, record(name, "", False))


def removed(draw: Draw, program: Edited) -> None:
    kinds = ("record", "record", "distribution", "policy", "function", "bucket", "certificate")
    if name := _one(draw, _of_kind(program, draw(st.sampled_from(kinds)))):
        del program[name]
        for gone in (f"{name}-proof", f"{name}-issued"):
            program.pop(gone, None)
        if name == "files":
            program.pop("read", None)


def weight_changed(draw: Draw, program: Edited) -> None:
    names = [name for name in _of_kind(program, "record") if "setIdentifier" in program[name].inputs]
    if name := _one(draw, names):
        weight = draw(st.sampled_from((0, 1, 50)))
        program[name] = program[name].having(weightedRoutingPolicies=[{"weight": weight}])


def member_added(draw: Draw, program: Edited) -> None:
    names = [name for name in _of_kind(program, "record") if "setIdentifier" in program[name].inputs]
    if (name := _one(draw, names)) and f"{name}c" not in program:
        like = _another_target(draw, program, name, program[name])
        if like.inputs["type"] == program[name].inputs["type"]:
            weight = draw(st.sampled_from((1, 0)))
            program[f"{name}c"] = like.having(setIdentifier="c", weightedRoutingPolicies=[{"weight": weight}])


def distribution_added(draw: Draw, program: Edited) -> None:
    if free := [name for name in DISTRIBUTIONS if name not in program]:
        taken = {alias for other in _of_kind(program, "distribution") for alias in program[other].inputs["aliases"]}
        own = [alias for alias in ALIASES if alias not in taken and chance(draw, 50)]
        issued = [Ref(name, "certificateArn") for name in _of_kind(program, "validation")]
        certificate = draw(st.sampled_from([*issued, EXTERNAL_CERTIFICATE]))
        bucket = Ref("files", "bucketRegionalDomainName") if "files" in program and chance(draw, 60) else None
        code = Ref("router", "arn") if "router" in program and chance(draw, 60) else None
        program[free[0]] = distribution(own, certificate, bucket, code)
        if bucket and "read" in program and chance(draw, 60):
            program["read"] = policy([Ref(name, "arn") for name in _of_kind(program, "distribution")])


def cut_over(draw: Draw, program: Edited) -> None:
    """A second distribution under a wildcard, let into the bucket, and a record moved there, perhaps in good order."""
    distribution_added(draw, program)
    fresh = _of_kind(program, "distribution")[-1]
    program[fresh] = program[fresh].having(aliases=sorted({*program[fresh].inputs["aliases"], "*.example.org"}))
    if "read" in program:
        program["read"] = policy([Ref(name, "arn") for name in _of_kind(program, "distribution")])
    names = [name for name in _of_kind(program, "record") if name != "through"]
    if (name := _one(draw, names)) and "setIdentifier" not in program[name].inputs:
        moved = record(program[name].inputs["name"], Ref(fresh, "domainName"), draw(st.booleans()))
        program[name] = replace(moved, after=("read",) if "read" in program and chance(draw, 60) else ())


def distribution_replaced(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "distribution")):
        program[name] = replace(program[name], replaced=True, delete_first=chance(draw, 30))


def distribution_switched(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "distribution")):
        program[name] = program[name].having(enabled=not program[name].inputs["enabled"])


def bucket_replaced(draw: Draw, program: Edited) -> None:
    if "files" in program:
        changed = program["files"].having(bucket="example-files-2")
        program["files"] = replace(changed, delete_first=draw(st.booleans()))


def policy_changed(draw: Draw, program: Edited) -> None:
    if "read" in program:
        admitted = [name for name in _of_kind(program, "distribution") if chance(draw, 60)]
        program["read"] = policy([Ref(name, "arn") for name in admitted])


def function_changed(draw: Draw, program: Edited) -> None:
    if "router" in program:
        change = {"name": "router-2"} if chance(draw, 60) else {"code": "2"}
        program["router"] = replace(program["router"].having(**change), delete_first=chance(draw, 50))


def function_attached_or_not(draw: Draw, program: Edited) -> None:
    if name := _one(draw, _of_kind(program, "distribution")):
        if "router" not in program:
            program["router"] = Resource("function", {"name": "router", "code": "1"})
        behaviour = dict(program[name].inputs["defaultCacheBehavior"])
        attached = [{"eventType": "viewer-request", "functionArn": Ref("router", "arn")}]
        behaviour["functionAssociations"] = [] if behaviour["functionAssociations"] else attached
        program[name] = program[name].having(defaultCacheBehavior=behaviour)


def zone_comment(draw: Draw, program: Edited) -> None:
    program["zone"] = program["zone"].having(comment="another")


EDITS: tuple[Callable[[Draw, Edited], None], ...] = (
    record_retargeted,
    record_added,
    record_renamed,
    record_type_changed,
    record_replaced,
    record_moved,
    weight_changed,
    member_added,
    aliases_change,
    distribution_added,
    cut_over,
    distribution_replaced,
    distribution_switched,
    certificate_reissued,
    certificate_swapped,
    removed,
    bucket_replaced,
    policy_changed,
    function_changed,
    function_attached_or_not,
    zone_comment,
)


def _pasted(value: Any, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """The value with outputs of these resources written out, as someone pastes them into a program."""
    if isinstance(value, Ref):
        return known[value.name][value.output] if value.name in known else value
    if isinstance(value, dict):
        return {key: _pasted(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_pasted(item, known) for item in value]
    if hasattr(value, "parts"):
        return replace(value, parts=tuple(_pasted(part, known) for part in value.parts))
    return value


def _without_lost_references(before: Program, after: Program) -> Edited:
    """What refers to a resource that is no longer in the program keeps its old value, without an edge."""
    gone = {name: known for name, known in known_outputs(before).items() if name not in after}
    return {name: replace(one, inputs=_pasted(dict(one.inputs), gone)) for name, one in after.items()}


def _by_hand(draw: Draw, before: Program, after: Edited) -> None:
    """A resource whose references to things that stood before are pasted values instead."""
    name = draw(st.sampled_from(sorted(after)))
    if after[name].kind in ("record", "distribution", "policy"):
        after[name] = replace(after[name], inputs=_pasted(dict(after[name].inputs), known_outputs(before)))


def _edges(draw: Draw, after: Edited) -> None:
    """A `dependsOn` or two; a circle is thrown away with the plan."""
    for _ in range(draw(st.integers(1, 2))):
        name, other = draw(st.sampled_from(sorted(after))), draw(st.sampled_from(sorted(after)))
        if name != other and other not in after[name].after:
            after[name] = replace(after[name], after=(*after[name].after, other))
