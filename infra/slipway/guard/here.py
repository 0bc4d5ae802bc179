"""What is about to be applied on this machine, for whoever asks whether that is approved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from slipway import git
from slipway.guard.permission import Here
from slipway.stack_settings import settings_digest

__all__ = ["here"]


def here(project: Path, name: str, stack: str) -> Here:
    """A stack of the project in a directory, which is called `name`: its commit and its settings as they are now."""
    return Here(
        place=f"{name}/{stack}",
        stack=stack,
        commit=git.commit(project),
        config=settings_digest(project / f"Pulumi.{stack}.yaml"),
        now=datetime.now(UTC),
    )
