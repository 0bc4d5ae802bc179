"""The verdicts on the cases, held against the real engine on the local cloud, event by event.

Every case that has a `site.json` is brought up as it was, previewed and judged afresh, and its edit applied under a
director. `make test` plays a sample, a case for each mechanism by which a name may fall, AWS may refuse or
a name is kept, under one random schedule each. SLIPWAY_NIGHTLY=1 plays all of them, the harmless ones under twenty
random schedules.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
from stage import Apply, Stage, complaint, shows, told

from slipway.plan import order_of
from slipway.preflight import Hostname, Verdict
from slipway.rehearsal import Replay, Shuffled

pytestmark = pytest.mark.engine

HERE = Path(__file__).parents[1] / "cases"
NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
SEEDS = range(20) if NIGHTLY else range(1)
SAMPLE = {
    "certificate_gains_two_names",  # a replacement of an unknown value that shrinks
    "certificate_replaced_delete_first",  # dark, but AWS stops it
    "chain_shortened_and_its_middle_deleted",  # stale
    "distribution_renamed",  # a step that fails while others wait
    "protected_bucket_deleted",  # the engine itself stops it
    "record_replaced_delete_first",  # dark for the time between two operations
    "weight_given_to_what_does_not_serve",  # dim
}
FALLING = {"dark", "dim", "stale", "unknown"}


def expected(case: Path) -> dict:
    return json.loads((case / "expected.json").read_text())


def statuses(case: Path) -> set[str]:
    return {status for given in expected(case).get("hostnames", {}).values() for status in given}


ALL = sorted(path.parent for path in HERE.glob("*/site.json") if (path.parent / "expected.json").exists())
CASES = [case for case in ALL if NIGHTLY or case.name in SAMPLE]
FALL = [case for case in CASES if statuses(case) & FALLING]
REFUSED = [case for case in CASES if expected(case).get("aws")]
SERVED = [case for case in CASES if case not in FALL and case not in REFUSED]


def test_every_case_of_the_sample_is_there() -> None:
    assert {case.name for case in ALL} >= SAMPLE


@pytest.mark.parametrize("case", FALL, ids=lambda case: case.name)
def test_a_name_is_seen_to_fall_as_its_counterexample_says(stage: Stage, case: Path) -> None:
    """The engine takes the run's order, and at its end the name is what the verdict says; or AWS stops it there with
    an error that was predicted. Every name that cannot fall is served all the while."""
    judged = stage.judged(case)
    assert judged.fallen
    if judged.stopped:
        check_that_the_engine_stops(stage, case)
        return
    for hostname in judged.fallen:
        apply = stage.apply(case, Replay(hostname.counterexample))
        assert seen(apply, hostname, judged.verdict), story(apply, hostname)
        assert unserved(apply, judged.verdict) == []


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_aws_turns_down_what_was_predicted(stage: Stage, case: Path) -> None:
    """For each refusal some schedule makes AWS turn that very step down with that very error, or else every schedule
    ends in another of them before it gets there. Every name that cannot fall is served all the while."""
    verdict = stage.judged(case).verdict
    assert verdict.aws_refusals
    if stage.judged(case).stopped:
        check_that_the_engine_stops(stage, case)
        return
    shown = set()
    for refusal in verdict.aws_refusals:
        for schedule in stage.judged(case).schedules(refusal):
            apply = stage.apply(case, schedule)
            came = {each for each in verdict.aws_refusals if apply.refused(each)}
            assert unserved(apply, verdict) == []
            shown |= came
            if refusal in came:
                break
            assert came, f"{refusal.error} at {refusal.urn} did not come, nor another in its place:\n{apply.said}"
    assert shown


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", SERVED, ids=lambda case: case.name)
def test_an_edit_that_harms_no_name_serves_them_throughout(stage: Stage, case: Path, seed: int) -> None:
    """After every event of a random schedule each name is served, from resolvers' caches too; AWS refuses nothing; a
    name that goes for good is gone in the end."""
    judged = stage.judged(case)
    operations = len(order_of(judged.plan).operations)
    if seed >= math.factorial(min(operations, 5)):
        pytest.skip(f"{operations} operations have fewer orders")
    if judged.stopped:
        check_that_the_engine_stops(stage, case)
        return
    apply = stage.apply(case, Shuffled(seed))
    assert (unserved(apply, judged.verdict), apply.failures, apply.status) == ([], [], 0), apply.said
    for hostname in judged.verdict.hostnames:
        if hostname.status == "retired":
            assert apply.last[hostname.name].status in ("absent", "dark")


def check_that_the_engine_stops(stage: Stage, case: Path) -> None:
    """What is protected is not even begun, and nobody notices."""
    apply = stage.apply(case, Shuffled(0))
    assert apply.status
    assert (apply.moments, apply.failures, apply.last) == ([], [], apply.first), apply.said


def unserved(apply: Apply, verdict: Verdict) -> list[str]:
    """When, and why, a name was not served that the verdict says is served throughout."""
    kept = {each.name: each.status for each in verdict.hostnames if each.status in ("lit", "new")}
    looks = [("at first", apply.first), *((told(each.event), each.sights) for each in apply.moments)]
    return [
        f"{when}: {what}"
        for when, sights in (*looks, ("at last", apply.last))
        for name, status in kept.items()
        if (what := complaint(sights[name], status))
    ]


def seen(apply: Apply, hostname: Hostname, verdict: Verdict) -> bool:
    """Whether the end of the run shows what the verdict says, or AWS stopped the run as predicted."""
    if any(apply.refused(refusal) for refusal in verdict.aws_refusals):
        return True
    if hostname.status == "unknown":
        return apply.arrived is not None or bool(apply.skipped)
    return apply.arrived is not None and shows(apply.arrived.sights[hostname.name], hostname.status)


def story(apply: Apply, hostname: Hostname) -> str:
    """What happened instead, for whoever reads the failure."""
    lines = [f"{told(each.event)}: {each.sights[hostname.name]}" for each in apply.moments]
    run = " -> ".join(map(told, hostname.counterexample))
    return "\n".join([f"{hostname.name} {hostname.status}: {run}", *lines, *map(str, apply.failures), apply.said])
