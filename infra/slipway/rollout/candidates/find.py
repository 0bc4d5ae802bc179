"""The search itself: commits -> keys -> the previews that are missing -> the commits worth listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from slipway.repository import Commit, Repository
from slipway.rollout.candidates.base import Base
from slipway.rollout.candidates.choice import Candidate, to_preview, worth_listing
from slipway.rollout.candidates.keys import Context, key_of
from slipway.rollout.candidates.previews import Previews
from slipway.rollout.installed import differences
from slipway.rollout.parts import parts_of

__all__ = ["find"]


def find(
    previews: Previews, context: Context, base: Base, commits: Sequence[Commit], say: Callable[[int, int], None]
) -> tuple[Candidate, ...]:
    """The commits after the base that are worth listing, oldest first, each with what comes of it. `say` hears how many
    of how many previews are done."""
    repository, folder = previews.repository, previews.folder
    keys = {commit.hash: key_of(repository, commit.hash, folder, context) for commit in commits}
    before = key_of(repository, base.commit, folder, context) if base.surely else None
    outcomes = previews.outcomes(to_preview(commits, keys, before), say)
    locks = parts_of("", folder, context.stack).locks
    return tuple(
        Candidate(commit, outcome, _note(repository, commit.hash, locks, context.installed))
        for commit, outcome in worth_listing(commits, keys, outcomes, before)
    )


def _note(repository: Repository, commit: str, locks: Sequence[PurePosixPath], have: Mapping[str, str]) -> str:
    """Whether the preview ran with other packages than the commit asks for: then it is not quite the commit's."""
    for lock in locks:
        if others := differences(repository.text(commit, lock) or "", have):
            return f"previewed with other packages than its {lock} says: {', '.join(others[:3])}"
    return ""
