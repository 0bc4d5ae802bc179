"""The proof's verdicts on the cases, held against rehearsals: real DNS, real TLS, real HTTP, the real engine.

Lit means that no probe fails, in any order; dark means that the counterexample's order shows it. `make test` plays a
seeded sample, SLIPWAY_NIGHTLY=1 two hundred orders over all cases. A disagreement prints case, seed and plan.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from stage import PROGRAM, Stage

from slipway.rehearsal.account import Rehearsal
from slipway.rehearsal.faults import Fault
from slipway.rehearsal.rehearse import Wanted, rehearse
from slipway.rehearsal.told import as_text

pytestmark = pytest.mark.engine

HERE = Path(__file__).parents[1] / "cases"
NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
EACH = 4  # orders a case: the engine's own, and three others


def expected(case: Path) -> dict:
    return json.loads((case / "expected.json").read_text())


def statuses(case: Path) -> set[str]:
    return {status for given in expected(case).get("hostnames", {}).values() for status in given}


ALL = sorted(path.parent for path in HERE.glob("*/site.json") if (path.parent / "expected.json").exists())
LIT = [case for case in ALL if statuses(case) and statuses(case) <= {"lit", "new"} and not expected(case).get("aws")]
DARK = [case for case in ALL if "dark" in statuses(case) and not expected(case).get("aws")]
SEEDED = random.Random(20230125)  # noqa: S311 a sample, not a secret
SOME_LIT = SEEDED.sample(LIT, 50 if NIGHTLY else 5)
SOME_DARK = DARK if NIGHTLY else SEEDED.sample(DARK, 2)
KINDS = ("fail", "throttle", "kill", "hang")
SOME_STRUCK = [
    (case, kind) for case in SEEDED.sample(LIT, 12 if NIGHTLY else 1) for kind in KINDS[: 4 if NIGHTLY else 1]
]


@pytest.fixture
def play(stage: Stage, tmp_path: Path) -> Callable[..., Rehearsal]:
    """Rehearse a case's edit on the site as it was."""

    def run(case: Path, **more: object) -> Rehearsal:
        exported = stage.exported(case)
        (tmp_path / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
        (tmp_path / "Pulumi.production.yaml").write_text("config:\n  cdn:side: after\n")
        (tmp_path / "__main__.py").write_text(PROGRAM.read_text())
        (tmp_path / "site.json").write_text((case / "site.json").read_text())
        args = expected(case).get("args", [])
        given = {key: tuple(v for n, v in pairwise(args) if n == f"--{key}") for key in ("external", "retire")}
        wanted = Wanted("production", "production", True, **given, **more)  # type: ignore[arg-type]
        return rehearse(wanted, exported, tmp_path, stage.engine)

    return run


@pytest.mark.parametrize("case", SOME_LIT, ids=lambda case: case.name)
def test_what_the_proof_keeps_lit_no_probe_finds_dark(play: Callable[..., Rehearsal], case: Path) -> None:
    found = play(case, runs=EACH, seed=0)
    assert found.disagreements == (), f"{case.name}\n{as_text(found)}"
    assert not found.failed, found.failed[0].said
    # The middle of a chain is a name as well, and none that a distribution answers to.
    asked = [each for run in found.runs for each in run.timeline.hostnames if each.name in expected(case)["hostnames"]]
    assert asked
    assert all(each.requests for each in asked), f"{case.name}\n{as_text(found)}"


@pytest.mark.parametrize(("case", "kind"), SOME_STRUCK, ids=lambda value: getattr(value, "name", value))
def test_what_the_proof_keeps_lit_stays_lit_after_a_fault(
    play: Callable[..., Rehearsal], case: Path, kind: str
) -> None:
    """Whichever step it strikes first: the second of those that begin."""
    found = play(case, fault=Fault(kind, 2))  # type: ignore[arg-type]
    assert found.disagreements == (), f"{case.name} {kind}\n{as_text(found)}"


@pytest.mark.parametrize("case", SOME_DARK, ids=lambda case: case.name)
def test_what_the_proof_sees_dark_its_counterexample_shows(play: Callable[..., Rehearsal], case: Path) -> None:
    found = play(case, counterexamples=True)
    dark = {hostname.name for hostname in found.verdict.hostnames if hostname.status == "dark"}
    seen = {each.name for run in found.runs for each in run.timeline.hostnames if each.dark}
    assert dark, case.name
    assert dark <= seen, f"{case.name}\n{as_text(found)}"
    assert found.disagreements == (), f"{case.name}\n{as_text(found)}"
