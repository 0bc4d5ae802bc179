"""How far a rollout has come, told from entries of a ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from slipway.guard.permission import Here
from slipway.ledger import Deed, Entry, Link
from slipway.rollout.stages import Stage, next_stage

COMMIT, OTHER = "c" * 40, "d" * 40
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Here("cdn/production", "production", COMMIT, "sha256:settings", NOW)


def links(*told: str, commit: str = COMMIT, targets: tuple[str, ...] = (), **results: int) -> list[Link]:
    """Entries such as `apply begun`, as they follow one another; given back newest first."""
    found = []
    for number, words in enumerate(told, start=1):
        kind, outcome = words.split()
        deed = Deed(
            kind=kind,  # type: ignore[arg-type]
            outcome=outcome,  # type: ignore[arg-type]
            commit=commit,
            config="sha256:settings",
            results=results,
            targets=targets,
        )
        entry = Entry(environment="production", number=number, previous="", nonce="", at=NOW, who="Ada", deed=deed)
        found.append(Link(entry, f"hash {number}"))
    return found[::-1]


@pytest.mark.parametrize(
    ("told", "stage"),
    [
        ([], Stage.PREFLIGHT),
        (["preflight refused"], Stage.PREFLIGHT),
        (["preflight approved"], Stage.APPROVAL),
        (["preflight approved", "approval approved"], Stage.APPLY),
        (["preflight approved", "approval approved", "approval refused"], Stage.PREFLIGHT),
        (["preflight approved", "approval approved", "apply begun"], Stage.APPLY),
        (["preflight approved", "approval approved", "apply begun", "apply failed"], Stage.APPLY),
        (["apply begun", "apply done"], Stage.SMOKE),
        (["apply done", "smoke failed"], Stage.SMOKE),
        (["apply done", "smoke inconclusive"], Stage.SMOKE),
        (["apply done", "smoke passed"], Stage.SOAK),
        (["apply done", "smoke passed", "soak inconclusive"], Stage.SOAK),
        (["apply done", "smoke passed", "soak failed"], Stage.SMOKE),
        (["apply done", "smoke passed", "soak passed"], Stage.DONE),
        (["apply done", "smoke passed", "soak passed", "rehearsal failed", "drift passed"], Stage.DONE),
        (["apply done", "smoke passed", "soak passed", "rollback begun"], Stage.PREFLIGHT),
    ],
)
def test_stage_after_the_last_one_that_is_written_down_comes_next(told: list[str], stage: Stage) -> None:
    assert next_stage(links(*told), HERE, guarded=True) is stage


def test_apply_that_the_guard_has_stopped_needs_a_new_plan() -> None:
    """Any other that failed does what is left by the same approval: half of a change would be another change."""
    assert next_stage(links("preflight approved", "apply failed", refused=1), HERE, guarded=True) is Stage.PREFLIGHT


def test_after_a_part_of_a_plan_it_is_looked_for_the_rest() -> None:
    """Once that part serves; whoever applied it did so with targets."""
    parts = ("apply done", "smoke passed", "soak passed")
    rest = links(*parts)[:-1]
    (applied,) = links("apply done", targets=("urn:one",))
    assert next_stage([*rest, applied], HERE, guarded=True) is Stage.PREFLIGHT
    assert next_stage([rest[-1], applied], HERE, guarded=True) is Stage.SOAK
    whole = links(*parts, "apply done", "smoke passed", "soak passed")
    assert next_stage([*whole, applied], HERE, guarded=True) is Stage.DONE


def test_what_another_commit_went_through_is_no_stage_of_this_one() -> None:
    theirs = links("preflight approved", "approval approved", "apply done", "smoke passed", commit=OTHER)
    assert next_stage(theirs, HERE, guarded=True) is Stage.PREFLIGHT


def test_commit_that_was_deployed_before_another_begins_again() -> None:
    assert next_stage([*links("apply done", commit=OTHER), *links("apply done", "smoke passed")], HERE, True) is (
        Stage.PREFLIGHT
    )


def test_unguarded_stack_and_an_empty_plan_need_no_approval() -> None:
    assert next_stage(links("preflight approved"), HERE, guarded=False) is Stage.APPLY
    assert next_stage(links("preflight approved", steps=0), HERE, guarded=True) is Stage.APPLY


def test_smoke_test_of_some_families_is_no_smoke_test() -> None:
    some = links("apply done", "smoke passed")
    restricted = Link(
        Entry(
            environment="production", number=3, previous="", nonce="", at=NOW, who="Ada",
            deed=Deed(kind="smoke", outcome="passed", commit=COMMIT, config="sha256:settings", results={"only": "dns"}),
        ),
        "hash 3",
    )  # fmt: skip
    assert next_stage([restricted, *some[1:]], HERE, guarded=True) is Stage.SMOKE
