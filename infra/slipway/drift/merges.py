"""Commits that are merged and not applied: how long they have been waiting, and which paths make a commit one. Pure
but for reading Pulumi.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import yaml

from slipway.drift.model import Finding, Merge
from slipway.errors import BadInput
from slipway.git import Commit
from slipway.plan import one_line

__all__ = ["late", "program_files", "waiting"]


def program_files(project: Path, stack: str) -> tuple[str, ...]:
    """The paths that a stack's program is made of, seen from the project's directory. BadInput without Pulumi.yaml."""
    try:
        document = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise BadInput(f"there is no Pulumi.yaml in {project} that can be read", "Run this where it is.") from None
    main = document.get("main", ".") if isinstance(document, dict) else "."
    return ("Pulumi.yaml", f"Pulumi.{stack}.yaml", str(main), "requirements.lock")


def waiting(commits: Sequence[Commit], now: datetime) -> tuple[Merge, ...]:
    """The commits with their age in whole days."""
    return tuple(
        Merge(one.id, one_line(one.subject), one_line(one.author), one.at, max((now - one.at).days, 0))
        for one in commits
    )


def late(merges: Sequence[Merge], older_than: int) -> tuple[Finding, ...]:
    """A finding for each that has waited for more than so many days."""
    return tuple(
        Finding("unapplied merge", f"{merge.commit[:12]} {merge.subject} ({merge.author}, {merge.days} days ago)")
        for merge in merges
        if merge.days > older_than
    )
