"""What the ledger says is deployed, and what its commit does not explain."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from slipway.drift.deployed import config_outside_git, standing, state_outside_git, tree_outside_git
from slipway.drift.model import Standing
from slipway.ledger import Deed, Entry, Link
from slipway.plan import read_plan

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COMMIT = "4be1c9d20f6a" + 28 * "0"


def backwards(*deeds: tuple[str, str]) -> list[Link]:
    """Entries of these kinds and outcomes, a minute apart, the newest first."""
    links = []
    for number, (kind, outcome) in enumerate(deeds, start=1):
        deed = Deed(kind=kind, outcome=outcome, commit=f"c{number}", config=f"sha256:{number}")  # type: ignore[arg-type]
        at = NOON + timedelta(minutes=number)
        links.append(
            Link(Entry(environment="e", number=number, previous="", nonce="", at=at, who="Ada", deed=deed), "")
        )
    return links[::-1]


def deployed(**more: object) -> Standing:
    return Standing(**{"number": 3, "at": NOON, "who": "Ada", "commit": COMMIT, "config": "sha256:1", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deeds", "number", "unfinished", "since"),
    [
        ([("apply", "begun"), ("apply", "done"), ("smoke", "passed"), ("drift", "failed")], 2, False, []),
        ([("apply", "done"), ("rollback", "done")], 2, False, []),
        ([("apply", "done"), ("apply", "begun"), ("apply", "failed")], 1, True, ["apply begun", "apply failed"]),
        ([("apply", "done"), ("move", "done"), ("drift", "done")], 1, False, ["move done", "drift done"]),
    ],
)
def test_deployed_is_what_the_last_apply_to_its_end_left(
    deeds: Sequence[tuple[str, str]], number: int, unfinished: bool, since: Sequence[str]
) -> None:
    found = standing(backwards(*deeds))
    assert found is not None
    assert (found.number, found.commit, found.config, found.unfinished) == (
        number, f"c{number}", f"sha256:{number}", unfinished,
    )  # fmt: skip
    assert [told.partition(" at ")[0] for told in found.since] == list(since)
    assert all("by Ada (entry " in told for told in found.since)


def test_ledger_without_an_apply_knows_of_nothing_deployed() -> None:
    assert standing(backwards(("preflight", "approved"), ("apply", "begun"))) is None


@pytest.mark.parametrize(
    ("commit", "known", "on_main", "said"),
    [
        (COMMIT, True, True, ""),
        (f"{COMMIT}-dirty", True, True, "edits that nobody committed"),
        (COMMIT, False, False, "in no branch of this repository"),
        (COMMIT, True, False, "not on the main branch"),
    ],
)
def test_commit_is_one_of_the_main_branch_as_it_stands_there(
    commit: str, known: bool, on_main: bool, said: str
) -> None:
    titles = [finding.title for finding in tree_outside_git(deployed(commit=commit), known=known, on_main=on_main)]
    assert bool(titles) == bool(said)
    assert all(said in title and "4be1c9d20f6a " in title for title in titles)


@pytest.mark.parametrize(("applied", "digest", "drift"), [
    ("sha256:1", "sha256:1", False), ("sha256:1", "sha256:2", True), ("sha256:1", "", True), ("", "sha256:2", False),
])  # fmt: skip
def test_settings_are_those_of_the_commit(applied: str, digest: str, drift: bool) -> None:
    """An entry without their digest says nothing about them."""
    causes = [finding.cause for finding in config_outside_git(deployed(config=applied), digest)]
    assert causes == (["config outside git"] if drift else [])


@pytest.mark.parametrize(
    ("unfinished", "cause"), [(False, "state outside git"), (True, "unfinished apply")]
)  # fmt: skip
def test_what_an_apply_of_the_commit_would_change_is_told_change_by_change(
    recorded: Callable[[str], str], unfinished: bool, cause: str
) -> None:
    plan = read_plan(recorded("refreshed"))
    found = state_outside_git(plan, deployed(unfinished=unfinished))
    assert {finding.cause for finding in found} == {cause}
    assert {finding.title for finding in found} == {
        "record TXT note.drift.example added",
        "record www.drift.example ttl 30 -> 300",
        "distribution distribution defaultCacheBehavior.compress true -> none",
        "tags of content",
    }
    assert all(finding.urns for finding in found)


def test_state_that_is_as_the_commit_says_is_none(recorded: Callable[[str], str]) -> None:
    document = json.loads(recorded("refreshed"))
    document["steps"] = [step for step in document["steps"] if step["op"] == "same"]
    document["changeSummary"] = {"same": len(document["steps"])}
    assert state_outside_git(read_plan(json.dumps(document)), deployed()) == ()


def test_step_of_an_unknown_kind_is_told(recorded: Callable[[str], str]) -> None:
    document = json.loads(recorded("refreshed"))
    document["steps"] = [step for step in document["steps"] if step["op"] == "same"]
    document["changeSummary"] = {"same": len(document["steps"])}
    document["steps"].append({"op": "repaint", "urn": document["steps"][0]["urn"]})
    assert "repaint" in state_outside_git(read_plan(json.dumps(document)), deployed())[0].title
