"""The way back from two edits of the cases' site, worked out from the preview and then previewed by the real engine."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from slipway.cloud import environment, process
from slipway.durations import Durations
from slipway.engine import Engine
from slipway.plan import Plan, Step, Unknown, leaves, order_of, read_plan, urn_name
from slipway.preflight.aws import scene_of
from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.estate import estate_of
from slipway.preflight.proof.records import names_of
from slipway.preflight.wayback import reverse

pytestmark = pytest.mark.engine

CASES = Path(__file__).parents[2] / "cases"
PREVIEW = ("preview", "--json", "--show-sames", "--show-replacement-steps")


class Stack:
    """The program of the cases on a local cloud of its own."""

    def __init__(self, directory: Path, shell: dict[str, str]) -> None:
        self.directory, self.shell = directory, shell
        (directory / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
        (directory / "__main__.py").write_text((CASES / "program.py").read_text())
        self.pulumi("stack", "init", "production")

    def declare(self, case: str) -> None:
        (self.directory / "site.json").write_text((CASES / case / "site.json").read_text())

    def previewed(self, side: str) -> Plan:
        return read_plan(self.pulumi(*PREVIEW, "--config", f"side={side}"))

    def applied(self, side: str) -> None:
        self.pulumi("up", "--yes", "--skip-preview", "--config", f"side={side}")

    def pulumi(self, *arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(command, cwd=self.directory, env=self.shell, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("wayback")
    (home / "project").mkdir()
    with own_cloud(home / "cloud") as running:
        yield Stack(home / "project", environment.within(running, engine, {**os.environ}))


@pytest.mark.parametrize("case", ["function_exchanged", "second_distribution_added_and_admitted"])
def test_the_way_back_is_the_one_that_the_engine_previews_after_the_apply(stack: Stack, case: str) -> None:
    """The same operations, the same values where they were known, and the same verdict on every name."""
    stack.declare(case)
    stack.applied("before")
    there = stack.previewed("after")
    scene = scene_of(there, order_of(there))
    ours = reverse(there, hosts=names_of(scene, estate_of(scene)).by_urn)
    stack.applied("after")
    real = stack.previewed("before")
    assert acting(ours) == acting(real)
    assert statuses(ours) == statuses(real)
    found, wanted = inputs(ours), inputs(real)
    for each, text in found.items():
        assert text == wanted[each], each
    assert len(found) > len(acting(ours))


def acting(plan: Plan) -> set[tuple[str, str]]:
    return {(operation.op.value, urn_name(operation.urn)) for operation in order_of(plan).operations}


def statuses(plan: Plan) -> dict[str, str]:
    return {each.name: each.status for each in Evidence(plan, (), (), (), Durations()).proof.hostnames}


def inputs(plan: Plan) -> dict[tuple[str, str, str], str]:
    """Every known input of what is created, updated or deleted, before and after."""
    found = {}
    for step in plan.steps:
        if isinstance(step, Step) and step.op.value in ("create", "update", "delete"):
            for side, state in (("old", step.old), ("new", step.new)):
                for key, value in (state.inputs if state else {}).items():
                    if not any(isinstance(leaf, Unknown) or ".invalid" in str(leaf) for leaf in leaves(value)):
                        found[side, step.urn, key] = json.dumps(value, sort_keys=True)
    return found
