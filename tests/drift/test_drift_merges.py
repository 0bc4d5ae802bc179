"""Merged and not applied: which commits, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from site_by_hand import Repository

from slipway import git
from slipway.drift.merges import late, program_files, waiting
from slipway.errors import BadInput

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PATHS = ("Pulumi.yaml", "infra", "requirements.lock")


def days_ago(days: float) -> str:
    return (NOON - timedelta(days=days)).isoformat()


def test_commits_that_touch_the_program_wait_from_the_day_they_were_merged(repository: Repository) -> None:
    deployed = repository.commits("first", infra="1")
    repository.commits("words alone", days_ago(9), docs="1")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commits("half of it", days_ago(30), infra="2")
    repository.commits("the other half", days_ago(29), infra="3")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge the \x1b[1mtopic", "topic", at=days_ago(8.5))
    repository.commits("straight\u2028to main", days_ago(0.5), project="name: x")
    main = git.main_branch(repository.directory)
    merges = waiting(git.between(repository.directory, deployed, main, PATHS), NOON)
    assert [(merge.subject, merge.days, merge.author) for merge in merges] == [
        ("Merge the [1mtopic", 8, "Ada"),
        ("straight to main", 0, "Ada"),
    ]
    assert merges[1].commit == main


@pytest.mark.parametrize(("older_than", "count"), [(7, 1), (8, 0), (0, 1)])
def test_merge_is_late_once_it_is_older_than_asked_for(repository: Repository, older_than: int, count: int) -> None:
    deployed = repository.commits("first", infra="1")
    repository.commits("raise the TTL", days_ago(8.5), infra="2")
    repository.commits("and another", days_ago(0.5), infra="3")
    merges = waiting(git.between(repository.directory, deployed, "main", PATHS), NOON)
    found = late(merges, older_than)
    assert len(found) == count
    assert all(
        finding.cause == "unapplied merge" and finding.title.endswith("raise the TTL (Ada, 8 days ago)")
        for finding in found
    )


def test_commit_from_a_clock_that_is_ahead_is_of_today() -> None:
    ahead = git.Commit("c0ffee", NOON + timedelta(days=2), "Ada", "tomorrow")
    assert waiting([ahead], NOON)[0].days == 0


@pytest.mark.parametrize(
    ("text", "main"), [("name: cdn\nmain: infra/\n", "infra/"), ("name: cdn\n", "."), ("- a list\n", ".")]
)
def test_program_is_its_settings_its_lock_and_the_directory_of_its_main(tmp_path: Path, text: str, main: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    assert program_files(tmp_path, "staging") == ("Pulumi.yaml", "Pulumi.staging.yaml", main, "requirements.lock")


def test_project_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no"):
        program_files(tmp_path, "staging")
    (tmp_path / "Pulumi.yaml").write_text("name: [")
    with pytest.raises(BadInput, match="there is no"):
        program_files(tmp_path, "staging")
