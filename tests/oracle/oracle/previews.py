"""Two programs -> the preview that the engine would print for the step from the first to the second.

A program is a dict of resources by logical name. An input may hold a `Ref`, an output of another resource: it becomes
a literal and an edge, or an unknown value and an edge when the resource does not exist yet. A program that writes a
value by hand leaves the edge out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Program", "Ref", "Resource", "Text", "document", "known_outputs", "references"]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HOME = "urn:pulumi:production::cdn::"
ROOT = f"{HOME}pulumi:pulumi:Stack::cdn-production"
PROVIDER = f"{HOME}pulumi:providers:aws::default_7_51_1::49597229-669b-47f5-b1fe-aae8ce3eff99"
TYPES = {
    "bucket": "aws:s3/bucket:Bucket",
    "certificate": "aws:acm/certificate:Certificate",
    "distribution": "aws:cloudfront/distribution:Distribution",
    "function": "aws:cloudfront/function:Function",
    "oac": "aws:cloudfront/originAccessControl:OriginAccessControl",
    "policy": "aws:s3/bucketPolicy:BucketPolicy",
    "record": "aws:route53/record:Record",
    "validation": "aws:acm/certificateValidation:CertificateValidation",
    "zone": "aws:route53/zone:Zone",
}
# The inputs that cannot be changed in place.
FORCES_REPLACEMENT = {
    "bucket": {"bucket"},
    "certificate": {"domainName", "subjectAlternativeNames"},
    "function": {"name"},
    "policy": {"bucket"},
    "record": {"name", "zoneId"},
    "validation": {"certificateArn", "validationRecordFqdns"},
    "zone": {"name"},
}
# The id stands beside the outputs, a validation record's name inside one.
HIDDEN = ("id", "resourceRecordName", "resourceRecordValue")


@dataclass(frozen=True, slots=True)
class Ref:
    """An output of another resource."""

    name: str
    output: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string put together from literals and outputs: unknown as soon as one part is."""

    parts: tuple[str | Ref, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """What a program says of one resource. `after` is dependsOn; `delete_first` and `replaced` are the engine's
    deleteBeforeReplace and a replacement nobody's inputs ask for (`--target-replace`)."""

    kind: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    delete_first: bool = False
    replaced: bool = False
    retained: bool = False

    def having(self, **inputs: Any) -> Resource:
        """The same with other inputs; None takes one away."""
        merged = {**self.inputs, **inputs}
        return replace(self, inputs={key: value for key, value in merged.items() if value is not None})


Program = Mapping[str, Resource]


def references(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Text):
        yield from (part for part in value.parts if isinstance(part, Ref))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def written_out(value: Any, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """The value with each output in place of its `Ref`, or the sentinel where it is not `known`."""
    if isinstance(value, Ref):
        return known.get(value.name, {}).get(value.output, UNKNOWN)
    if isinstance(value, Text):
        parts = [written_out(part, known) for part in value.parts]
        return UNKNOWN if UNKNOWN in parts else "".join(parts)
    if isinstance(value, Mapping):
        return {key: written_out(item, known) for key, item in value.items()}
    return [written_out(item, known) for item in value] if isinstance(value, list) else value


def outputs(name: str, kind: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS answered when the resource was made, as far as others use it."""
    match kind:
        case "bucket":
            bucket = inputs["bucket"]
            more = {"id": bucket, "arn": f"arn:aws:s3:::{bucket}"}
            more |= {"bucketRegionalDomainName": f"{bucket}.s3.us-east-1.amazonaws.com"}
        case "certificate":
            arn = f"arn:aws:acm:us-east-1:123456789012:certificate/{name}"
            proof = {"resourceRecordName": f"_{name}.example.org", "resourceRecordValue": "_1.acm-validations.aws"}
            more = {"id": arn, "arn": arn, **proof}
            more["domainValidationOptions"] = [
                {"domainName": inputs["domainName"], "resourceRecordType": "CNAME", **proof}
            ]
        case "distribution":
            arn = f"arn:aws:cloudfront::123456789012:distribution/E{name.upper()}"
            more = {"id": f"E{name.upper()}", "arn": arn, "domainName": f"d{name}.cloudfront.net"}
            more |= {"hostedZoneId": "Z2FDTNDATAQYW2", "status": "Deployed"}
        case "function":
            more = {"id": inputs["name"], "arn": f"arn:aws:cloudfront::123456789012:function/{inputs['name']}"}
        case "policy":
            more = {"id": inputs["bucket"]}
        case "record":
            more = {"id": f"Z0EXAMPLE_{inputs['name']}_{inputs['type']}", "fqdn": inputs["name"]}
        case "zone":
            more = {"id": "Z0EXAMPLE", "zoneId": "Z0EXAMPLE"}
        case _:
            more = {"id": f"id-{name}"}
    return {**inputs, **more}


def urn_of(name: str, kind: str) -> str:
    return f"{HOME}{TYPES[kind]}::{name}"


def sources(resource: Resource) -> set[str]:
    """The names that a program's resource comes after."""
    return {ref.name for ref in references(dict(resource.inputs))} | set(resource.after)


def in_order(program: Program, rank: Mapping[str, int]) -> list[str]:
    """The names, each after its sources, otherwise by rank. Raises ValueError when they go round in circles."""
    ordered: list[str] = []
    waiting = sorted(program, key=lambda name: (rank.get(name, 0), name))
    while waiting:
        ready = [name for name in waiting if sources(program[name]) <= set(ordered)]
        if not ready:
            raise ValueError("a program that depends on itself")
        ordered.append(ready[0])
        waiting.remove(ready[0])
    return ordered


def document(before: Program, after: Program, rank: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The preview of `after` over a stack made by `before`. `rank` chooses among the orders the engine might print.

    Raises ValueError for a plan that no engine makes: a cycle, or a delete-first replacement that drags along what
    the new program no longer ties to it.
    """
    rank = rank or {}
    old_states = _old_states(before, rank)
    chains = _chains(before, after, old_states, rank)
    steps = [{"op": "same", "urn": ROOT, "oldState": _root(), "newState": _root(), "detailedDiff": None}]
    steps += [step for chain in chains for step in chain]
    early = {step["urn"] for step in steps if step["op"] == "delete-replaced"}
    late = []
    for name, old in old_states.items():
        kept = name in after and after[name].kind == before[name].kind
        ops = {step["op"] for step in steps if step["urn"] == old["urn"]}
        if not kept and old["urn"] not in early:
            late.append({"op": "delete", "urn": old["urn"], "provider": PROVIDER, "oldState": old})
        elif "create-replacement" in ops and old["urn"] not in early:
            late.append(_gone(old, delete=True))
    counted = Counter(
        step["op"] for step in steps + late if step["op"] not in ("create-replacement", "delete-replaced")
    )
    steps += [{**step, "detailedDiff": None} for step in _in_waves(late)]
    return {"steps": steps, "diagnostics": [], "duration": 712806657, "changeSummary": dict(counted)}


def _root() -> dict[str, Any]:
    return {"urn": ROOT, "custom": False, "type": "pulumi:pulumi:Stack"}


def known_outputs(program: Program) -> dict[str, dict[str, Any]]:
    """All outputs of a program that was applied."""
    known: dict[str, dict[str, Any]] = {}
    for name in in_order(program, {}):
        known[name] = outputs(name, program[name].kind, written_out(program[name].inputs, known))
    return known


def _old_states(before: Program, rank: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    states: dict[str, dict[str, Any]] = {}
    known = known_outputs(before)
    for name in in_order(before, rank):
        state = _state(name, before[name], before, known)
        shown = {key: value for key, value in known[name].items() if key not in HIDDEN}
        states[name] = {**state, "id": known[name]["id"], "outputs": shown}
    return states


def _state(name: str, resource: Resource, program: Program, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    edges = {
        key: sorted({urn_of(ref.name, program[ref.name].kind) for ref in references(value)})
        for key, value in resource.inputs.items()
    }
    urns = {urn_of(source, program[source].kind) for source in sources(resource)}
    state = {
        "urn": urn_of(name, resource.kind),
        "custom": True,
        "type": TYPES[resource.kind],
        "inputs": written_out(resource.inputs, known),
        "parent": ROOT,
        "dependencies": sorted(urns),
        "provider": PROVIDER,
        "propertyDependencies": edges,
    }
    return {**state, "retainOnDelete": True} if resource.retained else state


def _gone(old: dict[str, Any], **flags: bool) -> dict[str, Any]:
    return {"op": "delete-replaced", "urn": old["urn"], "provider": PROVIDER, "oldState": old | flags}


def _chains(
    before: Program, after: Program, old_states: dict[str, dict[str, Any]], rank: Mapping[str, int]
) -> list[list[dict[str, Any]]]:
    """The steps of each resource of the new program, as they are registered."""
    known: dict[str, dict[str, Any]] = {}
    dragged: set[str] = set()
    chains, seen = [], set()
    for name in in_order(after, rank):
        seen.add(name)
        resource = after[name]
        new = _state(name, resource, after, known)
        old = old_states.get(name) if name in before and before[name].kind == resource.kind else None
        step = {"urn": new["urn"], "provider": PROVIDER, "newState": new, "detailedDiff": None}
        known[name] = {key: value for key, value in new["inputs"].items() if value != UNKNOWN}
        if old is None:
            chains.append([{**step, "op": "create"}])
            continue
        step |= {"oldState": old}
        changed = sorted(key for key in old["inputs"].keys() | new["inputs"] if _differs(key, old, new))
        forcing = sorted(FORCES_REPLACEMENT.get(resource.kind, set()) & set(changed))
        if name in dragged or forcing or resource.replaced:
            reasons = {"diffReasons": changed, "replaceReasons": forcing or changed, "detailedDiff": {}}
            drags = _dragged(name, before, old_states) if resource.delete_first and name not in dragged else []
            if any(drag in seen or drag not in after or name not in sources(after[drag]) for drag in drags):
                raise ValueError("a delete-first replacement whose dependents let go of it")
            gone = [_gone(old_states[one]) for one in (*reversed(drags), name)] if resource.delete_first else []
            chains.append(_replacement(step, reasons, [] if name in dragged else gone, name in dragged))
            dragged |= set(drags)
            continue
        known[name] = outputs(name, resource.kind, new["inputs"])
        update = {"op": "update", "diffReasons": changed, "detailedDiff": {}}
        chains.append([step | update if changed else {**step, "op": "same"}])
    return chains


def _replacement(
    step: dict[str, Any], reasons: dict[str, Any], gone: list[dict[str, Any]], dragged: bool
) -> list[dict[str, Any]]:
    """The halves in the engine's order. The old state is flagged once the first of them is done."""
    old, create, swap = step["oldState"], {"op": "create-replacement"}, {"op": "replace"}
    if gone or dragged:
        pending = {"oldState": old | {"pendingReplacement": True}}
        if dragged:  # Nothing was compared: the delete was decided before this resource was registered.
            forcing = {"replaceReasons": reasons["replaceReasons"]}
            return [step | swap | pending, step | create | pending | forcing]
        return [*gone, step | swap | pending | reasons, step | create | pending | reasons]
    return [step | create | reasons, step | swap | reasons | {"oldState": old | {"delete": True}}]


def _differs(key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    return old["inputs"].get(key) != new["inputs"].get(key)


def _dragged(root: str, before: Program, old_states: dict[str, dict[str, Any]]) -> list[str]:
    """The dependents, dependencies first, that an unknown output of the root would force to be replaced."""
    going = [root]
    for name in old_states:
        keys = FORCES_REPLACEMENT.get(before[name].kind, set())
        values = [value for key, value in before[name].inputs.items() if key in keys]
        if any(ref.name in going for value in values for ref in references(value)):
            going.append(name)
    return going[1:]


def _in_waves(late: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dependents before what they depend on, as the engine prints them."""
    waves: list[list[dict[str, Any]]] = []
    left = list(late)
    while left:
        urns = {step["urn"] for step in left}
        wave = [step for step in left if not urns & set(step["oldState"]["dependencies"])]
        left = [step for step in left if step not in wave]
        waves.insert(0, wave)
    return [step for wave in waves for step in wave]
