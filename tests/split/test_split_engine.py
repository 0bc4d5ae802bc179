"""A diff with several changes on the real engine: cut, and applied step by step, until nothing is left to apply."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.plan import Op, Plan, Step, read_plan
from slipway.split import Circumstances, verdict_on

pytestmark = pytest.mark.engine

CASES = Path(__file__).parents[1] / "cases"
GIVEN = Circumstances("dev", retire=("old.example.org",))


@pytest.fixture
def project(new_project, monkeypatch):
    """The standard site with one record more, and a program in which three things differ at once: the function's code,
    a new record, and the record of another name goes."""
    monkeypatch.syspath_prepend(str(CASES))
    sites = importlib.import_module("sites")
    before, after = sites.standard(), sites.standard()
    sites.cname(before, "old", "old.example.org")
    sites.change(after, "router", code=f"{sites.CODE} // another")
    note = {"zone_id": "${zone.zone_id}", "name": "note.example.org", "type": "TXT", "ttl": 60, "records": ["x"]}
    sites.add(after, "record", "note", **note)
    made = new_project("split", "import program\n")
    (made.directory / "program.py").write_text((CASES / "program.py").read_text())
    sides = {"before": sites.declared(before), "after": sites.declared(after)}
    (made.directory / "site.json").write_text(json.dumps(sides))
    made.up()
    made.pulumi("config", "set", "side", "after")
    return made


def edits(plan: Plan) -> set[str]:
    """What a plan does something to, by logical name."""
    return {step.urn.rsplit("::", 1)[1] for step in plan.steps if isinstance(step, Step) and step.op is not Op.SAME}


def targeted(project, urns: list[str]) -> Plan:
    return read_plan(json.dumps(project.preview(*(f"--target={urn}" for urn in urns))))


def test_each_step_is_approved_on_the_engines_own_preview_and_the_last_leaves_nothing(project):
    slipway = str(Path(sys.executable).with_name("slipway"))
    command = [slipway, "split", "dev", "--retire", "old.example.org", "--format", "json"]
    done = subprocess.run(
        command, cwd=project.directory, env=project.shell, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    steps = [step["targets"] for step in document["steps"]]
    assert [step["phase"] for step in document["steps"]] == ["expand", "contract", "switch"]
    assert document["engine"]["verdict"] == "approved"
    # The engine takes the function only after the record that goes: that lies below it, by way of the distribution.
    refused = project.pulumi("preview", *(f"--target={urn}" for urn in steps[2]), expect=None)
    assert "will be destroyed but was not specified in --target list" in refused.text
    for number, urns in enumerate(steps):
        if number:  # Of the first step the command has asked the engine already.
            plan = targeted(project, urns)
            assert edits(plan) == {urn.rsplit("::", 1)[1] for urn in urns}
            assert verdict_on(plan, GIVEN).approved
        project.up(*(f"--target={urn}" for urn in urns))
    assert not project.steps()
