"""The proof and the brute-force simulator agree: on the order of operations, on the status of every hostname, and on
every counterexample, which must be a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from oracle.edits import plans
from oracle.schedule import schedule
from oracle.simulator import Simulator
from oracle.worlds import DECLARED

from slipway.plan import read_plan
from slipway.plan.operations import end, start
from slipway.plan.order import order_of
from slipway.preflight import check

FOUND = Path(__file__).parent / "found"
NIGHTLY = settings.get_current_profile_name() == "nightly"
SHOWN = ("dark", "dim", "stale")  # Statuses that come with a counterexample.
# Every run of `make test` judges the same plans; the nightly profile draws others each time.
AMOUNT = settings() if NIGHTLY else settings(max_examples=500, deadline=None, derandomize=True, database=None)


def disagreements(preview: dict[str, Any]) -> list[str]:
    """What the proof says otherwise than the simulator, a sentence each."""
    simulator = Simulator(preview, (DECLARED,))
    verdict = check(read_plan(json.dumps(preview)), environment="production", guarded=True, external=(DECLARED,))
    proven = {hostname.name: hostname for hostname in verdict.hostnames}
    statuses = simulator.statuses()
    found = [f"the proof knows {name}, the simulator does not" for name in proven.keys() - statuses.keys()]
    for name, status in statuses.items():
        if name not in proven:
            found.append(f"{name} is {status}, and the proof does not know it")
        elif proven[name].status != status:
            found.append(f"{name} is {status}, the proof says {proven[name].status}: {proven[name].because}")
        elif status in SHOWN:
            events = [
                (event.event, getattr(event.op, "value", event.op), event.urn) for event in proven[name].counterexample
            ]
            if not simulator.replays(events, name, status):
                found.append(f"{name} is {status}, but the counterexample is no run that shows it: {events}")
    return found


@settings(AMOUNT, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(plans())
def test_the_order_agrees_with_the_engine_in_so_many_words(preview: dict[str, Any]):
    """One operation has ended whenever another starts, for the proof exactly when it has for the simulator."""
    waits = schedule(preview).waits
    order = order_of(read_plan(json.dumps(preview)))
    ours = {(one.op, one.urn): {(other.op, other.urn) for other in ends} for one, ends in waits.items()}
    theirs = {
        (one.op.value, one.urn): {
            (other.op.value, other.urn) for other in order.operations if order.before(end(other), start(one))
        }
        for one in order.operations
    }
    note(json.dumps(preview))
    assert theirs == ours


@settings(AMOUNT, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(plans())
def test_the_proof_agrees_with_brute_force(preview: dict[str, Any]):
    """Sound (no name goes dark that it calls lit) and exact (no name is refused without a run that harms it)."""
    found = disagreements(preview)
    note(json.dumps(preview))
    assert not found


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda path: path.stem)
def test_the_proof_agrees_on_plans_it_once_had_wrong(path: Path):
    """Disagreements of former nights, made small: one more is one more file."""
    assert not disagreements(json.loads(path.read_text()))
