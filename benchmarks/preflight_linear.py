"""How does the preflight grow? One run, plans of n to 8n steps, the ratio of each doubling: 2.0 is linear.

    python benchmarks/preflight_linear.py [STEPS]      (about 4,000 steps for the smallest plan by default)

Four shapes, each the worst for another part: many independent sites; one name with all records; one chain in which
every resource follows from the one before; one component tree as deep as the plan is long. Python's cyclic collector
is off while the clock runs: its passes over a growing heap add a fifth to a half, and are not what is measured.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable

from slipway.plan import read_plan
from slipway.preflight import check

HEAD = "urn:pulumi:production::bench::"
ROOT = f"{HEAD}pulumi:pulumi:Stack::bench-production"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
Document = list[dict[str, object]]


def main() -> None:
    """Print one table: seconds for each size, and the ratio to the size before."""
    smallest = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    sizes = [smallest * factor for factor in (1, 2, 4, 8)]
    print(f"{'shape':<12}" + "".join(f"{size:>16,}" for size in sizes))
    for shape in (sites, one_name, chain, nested):
        row, before = f"{shape.__name__:<12}", 0.0
        for size in sizes:
            took = seconds(shape, size)
            row += f"{took:>8.2f} s" + (f" x{took / before:>4.1f}" if before else " " * 6)
            before = took
        print(row, flush=True)


def seconds(shape: Callable[[int], Document], size: int) -> float:
    """Reading and judging one plan, the better of two runs."""
    text = document(shape(size))
    best = float("inf")
    for _ in range(2):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        check(read_plan(text), environment="production", guarded=True)
        best = min(best, time.perf_counter() - start)
        gc.enable()
    return best


def document(steps: Document) -> str:
    """A whole preview around the steps."""
    root = {"urn": ROOT, "type": "pulumi:pulumi:Stack", "custom": False}
    stack = {"op": "same", "urn": ROOT, "oldState": root, "newState": root}
    counted = ("same", "create", "update", "replace")
    steps = [stack, *steps]
    summary = {op: sum(step["op"] == op for step in steps) for op in counted}
    return json.dumps({"steps": steps, "changeSummary": summary})


def sites(size: int) -> Document:
    """Certificate gains a name, its proof and a record follow; an unchanged bucket beside."""
    steps: Document = []
    for number in range(size // 7):
        cert, urn = resource(
            "aws:acm/certificate:Certificate", f"cert-{number}", {"domainName": f"s{number}.example.org"}
        )
        steps += replaced(cert, {"subjectAlternativeNames": [f"i{number}.example.org"]}, {})
        inputs = {"name": f"_v.s{number}", "type": "CNAME"}
        proof, _ = resource("aws:route53/record:Record", f"proof-{number}", inputs, {"name": [urn]})
        steps += replaced(proof, {"name": UNKNOWN}, {"name": [urn]})
        bucket, _ = resource("aws:s3/bucket:Bucket", f"bucket-{number}", {"bucket": f"b-{number}"})
        steps.append({"op": "same", "urn": bucket["urn"], "oldState": bucket, "newState": bucket})
    return steps


def one_name(size: int) -> Document:
    """Every member of one weighted set gets another weight."""
    steps: Document = []
    for number in range(size):
        inputs = {"name": "static.example.org", "type": "A", "setIdentifier": f"m{number}", "ttl": 60}
        old, urn = resource("aws:route53/record:Record", f"member-{number}", inputs)
        steps.append(
            {"op": "update", "urn": urn, "oldState": old, "newState": {**old, "inputs": {**inputs, "ttl": 30}}}
        )
    return steps


def chain(size: int) -> Document:
    """Each resource is replaced because the one before it is."""
    steps: Document = []
    before = ""
    for number in range(size // 3):
        edges = {"source": [before]} if before else {}
        old, urn = resource("test:index:Link", f"link-{number}", {"source": f"value-{number}"}, edges)
        steps += replaced(old, {"source": UNKNOWN if before else "edited"}, edges)
        before = urn
    return steps


def nested(size: int) -> Document:
    """A component in a component in a component ... with an edited alarm in each."""
    steps: Document = []
    parent = ROOT
    for number in range(size // 2):
        urn = f"{HEAD}slipway:index:Part::part-{number}"
        part = {"urn": urn, "type": "slipway:index:Part", "custom": False, "parent": parent}
        steps.append({"op": "same", "urn": urn, "oldState": part, "newState": part})
        parent = urn
        alarm, alarm_urn = resource("aws:cloudwatch/metricAlarm:MetricAlarm", f"alarm-{number}", {"threshold": 1})
        old = {**alarm, "parent": parent}
        steps.append(
            {"op": "update", "urn": alarm_urn, "oldState": old, "newState": {**old, "inputs": {"threshold": 2}}}
        )
    return steps


def resource(
    kind: str, name: str, inputs: dict[str, object], edges: dict[str, list[str]] | None = None
) -> tuple[dict[str, object], str]:
    """A state and its URN."""
    urn = f"{HEAD}{kind}::{name}"
    state = {"urn": urn, "type": kind, "custom": True, "id": name, "inputs": inputs, "outputs": {**inputs, "arn": urn}}
    return {**state, "parent": ROOT, "propertyDependencies": {key: [] for key in inputs} | (edges or {})}, urn


def replaced(old: dict[str, object], edited: dict[str, object], edges: dict[str, list[str]]) -> Document:
    """The three steps of a create-first replacement."""
    inputs, known = old["inputs"], old["propertyDependencies"]
    assert isinstance(inputs, dict) and isinstance(known, dict)  # noqa: S101, PT018 - built above
    new = {**old, "inputs": {**inputs, **edited}, "propertyDependencies": {**known, **edges}, "outputs": {}}
    common = {"urn": old["urn"], "oldState": old}
    halves = [{"op": op, **common, "newState": new} for op in ("create-replacement", "replace")]
    return [*halves, {"op": "delete-replaced", **common}]


if __name__ == "__main__":
    main()
