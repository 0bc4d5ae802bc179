"""Commits that are merged and not applied: which of them touch the program, and how long they have been waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from slipway.drift.model import Finding, Merge
from slipway.plan import one_line
from slipway.repository import Repository

__all__ = ["late", "waiting"]


def waiting(
    repository: Repository, after: str, until: str, paths: Sequence[PurePosixPath], now: datetime
) -> tuple[Merge, ...]:
    """What came to a branch after a commit and changed one of the paths, the oldest first, with its age in whole
    days: merges, and what was committed to it directly."""
    found, before = [], repository.entries(after, *paths)
    for commit in repository.between(after, until):
        holds = repository.entries(commit.hash, *paths)
        if holds != before:
            days = max((now - commit.at).days, 0)
            found.append(Merge(commit.hash, one_line(commit.subject), one_line(commit.author), commit.at, days))
        before = holds
    return tuple(found)


def late(merges: Sequence[Merge], older_than: int) -> tuple[Finding, ...]:
    """A finding for each that has waited for more than so many days."""
    return tuple(
        Finding("unapplied merge", f"{merge.commit[:12]} {merge.subject} ({merge.author}, {merge.days} days ago)")
        for merge in merges
        if merge.days > older_than
    )
