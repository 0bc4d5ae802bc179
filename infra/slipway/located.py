"""What a deed was done with: the commit, the settings and the lock file that were there."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from slipway import git
from slipway.ledger import Deed
from slipway.stack_settings import settings_digest

__all__ = ["LOCK", "located", "lock_of"]

LOCK = "requirements.lock"


def located(deed: Deed, settings: Path) -> Deed:
    """A deed with the commit that is checked out around a settings file, and the digests of that file and of the
    project's lock file, if it has one."""
    lock = lock_of(settings.parent)
    return replace(
        deed,
        commit=git.commit(settings.parent),
        config=settings_digest(settings),
        results={**deed.results, **({"lock": settings_digest(lock)} if lock else {})},
    )


def lock_of(project: Path) -> Path | None:
    """The project's lock file: its own, or that of the repository around it. None if there is neither."""
    for folder in (project, *project.absolute().parents):
        if (folder / LOCK).is_file():
            return folder / LOCK
        if (folder / ".git").exists():
            break
    return None
