"""Merged and not applied: which commits, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest
from site_by_hand import Repository

from slipway.drift.merges import late, waiting
from slipway.drift.model import Merge
from slipway.repository import repository_around

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PATHS = tuple(map(PurePosixPath, ("Pulumi.yaml", "infra", "requirements.lock")))


def days_ago(days: float) -> str:
    return (NOON - timedelta(days=days)).isoformat()


def found(repository: Repository, deployed: str) -> tuple[Merge, ...]:
    return waiting(repository_around(repository.directory), deployed, "main", PATHS, NOON)


def test_commits_that_touch_the_program_wait_from_the_day_they_were_merged(repository: Repository) -> None:
    deployed = repository.commits("first", infra="1")
    repository.commits("words alone", days_ago(9), docs="1")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commits("half of it", days_ago(30), infra="2")
    repository.commits("the other half", days_ago(29), infra="3")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge the \x1b[1mtopic", "topic", at=days_ago(8.5))
    repository.commits("straight\u2028to main", days_ago(0.5), project="name: x")
    main = repository.git("rev-parse", "HEAD")
    merges = found(repository, deployed)
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
    overdue = late(found(repository, deployed), older_than)
    assert len(overdue) == count
    assert all(
        finding.cause == "unapplied merge" and finding.title.endswith("raise the TTL (Ada, 8 days ago)")
        for finding in overdue
    )


def test_commit_from_a_clock_that_is_ahead_is_of_today(repository: Repository) -> None:
    deployed = repository.commits("first", infra="1")
    repository.commits("tomorrow", days_ago(-2), infra="2")
    assert [merge.days for merge in found(repository, deployed)] == [0]
