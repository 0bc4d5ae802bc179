"""The order against the real engine: what it claims holds in every run, what it leaves open really goes both ways."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from slipway.engine import Engine
from slipway.plan import Act, Operation, Order, end, order_of, read_plan, start

pytestmark = pytest.mark.engine

RECORDER = Path(__file__).parent / "recorder"
SLOW = 0.5  # seconds; whatever is not slow takes some milliseconds
Resources = list[dict[str, Any]]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the engine made to the provider, in seconds of the monotonic clock."""

    act: str
    urn: str
    id: str
    start: float
    end: float


class Stack:
    """A stack of recorded resources."""

    def __init__(self, directory: Path, engine: Engine) -> None:
        self._directory = directory
        launcher = directory / "bin" / "pulumi-resource-recorder"
        launcher.parent.mkdir()
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{RECORDER / "server.py"}" "$@"\n')
        launcher.chmod(0o755)
        (directory / "Pulumi.yaml").write_text("name: order\nruntime: python\n")
        (directory / "__main__.py").write_text((RECORDER / "program.py").read_text())
        (directory / "state").mkdir()
        self._shell = {
            **{key: value for key, value in os.environ.items() if key != "PULUMI_ACCESS_TOKEN"},
            "PATH": os.pathsep.join((str(launcher.parent), engine.search_path(os.environ.get("PATH", os.defpath)))),
            "PULUMI_BACKEND_URL": f"file://{directory / 'state'}",
            "PULUMI_HOME": str(directory / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "RECORDER": str(directory),
        }
        self.pulumi("stack", "init", "dev")

    def pulumi(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self._directory,
            env=self._shell,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def write(self, resources: Resources) -> None:
        (self._directory / "resources.json").write_text(json.dumps(resources))

    def up(self, delays: dict[str, Any] | None = None, status: int = 0) -> list[Call]:
        """Apply the program, each call taking as long as `delays` says; the calls in the order in which they ended."""
        (self._directory / "delays.json").write_text(json.dumps(delays or {}))
        calls = self._directory / "calls.jsonl"
        calls.write_text("")
        self.pulumi("up", "--yes", "--skip-preview", "--parallel", "64", status=status)
        return [Call(**json.loads(line)) for line in calls.read_text().splitlines()]

    def order(self) -> Order:
        return order_of(read_plan(self.pulumi("preview", "--json", "--show-sames", "--show-replacement-steps")))

    def save(self) -> None:
        self.pulumi("stack", "export", "--file", "before.json")

    def restore(self) -> None:
        self.pulumi("stack", "import", "--file", "before.json")


@pytest.fixture
def stack(tmp_path: Path, engine: Engine) -> Stack:
    return Stack(tmp_path, engine)


def observed(order: Order, calls: Iterable[Call]) -> dict[int, Call]:
    """The call of each operation. Every call belongs to an operation, and every operation has one, except that the
    engine may spare the delete of a resource that goes with another."""
    creates_and_updates = {(each.act.value, each.urn): each for each in order.operations if each.act is not Act.DELETE}
    deletes = {
        (each.old.urn, each.old.id): each
        for each in order.operations
        if each.act is Act.DELETE and each.old is not None
    }
    found = {}
    for call in calls:
        operation = deletes[call.urn, call.id] if call.act == "delete" else creates_and_updates[call.act, call.urn]
        found[operation.index] = call
    missing = [each for each in order.operations if each.index not in found]
    assert all(each.old and each.old.deleted_with for each in missing), list(map(name_of, missing))
    return found


def precedes(order: Order, a: Operation, b: Operation) -> bool:
    return order.before(end(a), start(b))


def check_claims(order: Order, calls: dict[int, Call]) -> None:
    """Whatever the order says comes first came first."""
    for a, b in permutations((order.operations[each] for each in calls), 2):
        if precedes(order, a, b):
            late, early = calls[b.index], calls[a.index]
            assert early.end <= late.start, f"{late.act} {late.urn} began before {early.act} {early.urn} was done"


def open_pairs(order: Order) -> set[Pair]:
    """Pairs (a, b) such that a may still be under way when b is done."""
    return {
        (a.index, b.index)
        for a, b in permutations((each for each in order.operations if not each.old or not each.old.deleted_with), 2)
        if not precedes(order, a, b) and not precedes(order, b, a)
    }


def name_of(operation: Operation) -> str:
    return f"{operation.act.value} {operation.urn.rpartition('::')[2]}"


def overtaken(order: Order, pairs: Iterable[Pair], slow: set[int]) -> set[Pair]:
    """The pairs that these slow operations must show: a is slow, and all that b waits for besides what a waits for is
    quick, so b is done before a."""
    operations = order.operations
    past = {each.index: {event >> 1 for event in order.past(start(each))} for each in operations}
    return {(a, b) for a, b in pairs if a in slow and not slow & (past[b] - past[a])}


def schedules(order: Order, pairs: set[Pair], count: int, seed: int) -> Iterator[tuple[set[int], set[Pair]]]:
    """Sets of slow operations that show as many of the open pairs as a greedy choice finds, and those pairs."""
    chance, left = dice(seed), set(pairs)
    names = sorted({name_of(each) for each in order.operations})
    for _ in range(count):
        drawn = [set(chance.sample(names, max(1, len(names) // share))) for share in (2, 3, 4, 6) for _ in range(60)]
        sets = [{each.index for each in order.operations if name_of(each) in some} for some in drawn]
        slow = max(sets, key=lambda each: len(overtaken(order, left, each)))
        shown = overtaken(order, pairs, slow)
        left -= shown
        yield slow, shown


def confront(stack: Stack, count: int, seed: int) -> tuple[Order, float]:
    """Run the pending change under several schedules; the share of the open pairs that were seen to go either way."""
    order = stack.order()
    stack.save()
    pairs, seen = open_pairs(order), set[Pair]()
    for slow, shown in schedules(order, pairs, count, seed):
        calls = observed(order, stack.up({name_of(order.operations[each]): SLOW for each in slow}))
        check_claims(order, calls)
        for a, b in shown:
            assert calls[b].end < calls[a].end, f"{calls[b]} waited for {calls[a]}: the order lacks that"
        seen |= {(a, b) for a, b in pairs if calls[b].end < calls[a].end}
        stack.restore()
    return order, len(seen) / max(1, len(pairs))


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 the same programs in every run


def random_program(chance: random.Random) -> Resources:
    """Twelve to eighteen resources in components, with dependencies said and dependencies by value."""
    resources: Resources = [
        {"name": "group", "component": True},
        {"name": "inner", "component": True, "parent": "group"},
    ]
    things: list[str] = []
    for number in range(chance.randint(12, 18)):
        name = f"t{number}"
        near = things[-6:]
        resources.append(
            {
                "name": name,
                "parent": chance.choice([None, None, "group", "inner", *near[-1:]]),
                "after": chance.sample(near, min(len(near), chance.choice([0, 0, 1]))),
                "sources": chance.sample(near, min(len(near), chance.choice([0, 1, 1, 2]))),
                "replaceOn": chance.choice([["key"], ["key", "sources"]]),
                "deleteFirst": chance.random() < 0.4,
                "deletedWith": chance.choice([None] * 6 + near[-1:]),
            }
        )
        things.append(name)
    return resources


def changed(resources: Resources, chance: random.Random) -> Resources:
    """The same program after an edit: things updated, replaced, removed, renamed under an alias, and added."""
    used = {
        name for each in resources for name in (each.get("parent"), *each.get("after", []), *each.get("sources", []))
    }
    kept: Resources = []
    gone: set[str] = set()
    for each in resources:
        entry = {**each, **{key: [n for n in each.get(key, []) if n not in gone] for key in ("after", "sources")}}
        if entry.get("deletedWith") in gone:
            entry["deletedWith"] = None
        fate = chance.random()
        if not each.get("component") and fate < 0.25 and not any(o.get("parent") == each["name"] for o in resources):
            gone.add(each["name"])
            continue
        if fate < 0.45:
            entry["plain"] = "changed"
        elif fate < 0.65:
            entry["key"] = "changed"
        elif fate < 0.7 and each["name"] not in used and not each.get("component"):
            entry |= {"name": f"{each['name']}-renamed", "was": [each["name"]]}
        kept.append(entry)
    names = [each["name"] for each in kept if not each.get("component")]
    kept += [{"name": f"new{number}", "sources": chance.sample(names, 2)} for number in range(2)]
    return kept


@pytest.mark.parametrize("seed", [1, 2])
def test_random_changes_run_in_the_order_and_no_stricter(stack: Stack, seed: int) -> None:
    """What the order claims is kept under every schedule, and what it leaves open is seen to go both ways."""
    chance = dice(seed)
    program = random_program(chance)
    stack.write(program)
    stack.up()
    stack.write(changed(program, chance))
    order, share = confront(stack, 3, seed)
    assert len(order.operations) >= 8
    assert share > 0.7


GROUP = {"name": "group", "component": True}
SPECIAL: dict[str, tuple[Resources, Resources, Resources]] = {
    # What there was, an edit that fails at deleting `a` (none if empty), the edit whose order is looked at.
    "a default provider goes with its last resources": (
        [GROUP, {"name": "a", "parent": "group"}, {"name": "b"}],
        [],
        [],
    ),
    "a delete is left over from a failed apply": (
        [{"name": "a", "replaceOn": ["key"]}, {"name": "b", "sources": ["a"]}, {"name": "c"}],
        [{"name": "a", "key": "new", "replaceOn": ["key"]}, {"name": "b", "sources": ["a"]}, {"name": "c"}],
        [{"name": "a", "key": "newer", "replaceOn": ["key"]}],
    ),
}


@pytest.mark.parametrize("case", SPECIAL)
def test_special_deletes_run_in_the_order(stack: Stack, case: str) -> None:
    """Deletes whose place depends on what a preview does not print."""
    before, failing, after = SPECIAL[case]
    stack.write(before)
    stack.up()
    if failing:
        stack.write(failing)
        stack.up({"fail": ["delete a"]}, status=1)
    stack.write(after)
    _, share = confront(stack, 2, 0)
    assert share > 0.7
