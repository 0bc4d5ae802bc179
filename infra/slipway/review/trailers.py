"""What signed commits say about their reviewers: those who have seen every commit since the last apply.

A trailer speaks for the commit it stands in; that of a merge also for what the merge brings in. So a review of one
commit is none of another that was put beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slipway.git import Commit

__all__ = ["reviewers_of"]

_ADDRESS = re.compile(r"<([^\s<>@]+@[^\s<>@]+)>\s*$")


def reviewers_of(commits: Sequence[Commit]) -> tuple[str, ...]:
    """The reviewers of the commit that has the fewest; a merge that adds nothing of its own needs none. People go by
    their e-mail addresses, and nobody reviews a commit of their own."""
    named = {commit.hash: _addresses(commit) for commit in commits}
    vouched: dict[str, set[str]] = {commit.hash: set(named[commit.hash]) for commit in commits}
    by_hash = {commit.hash: commit for commit in commits}
    for merge in commits:
        if len(merge.parents) > 1 and named[merge.hash]:
            for each in _brought_in(merge, by_hash):
                vouched[each] |= named[merge.hash]
    seen = [vouched[commit.hash] - {commit.author} for commit in commits if not commit.plain]
    fewest = min(seen, key=len) if seen else set()
    return tuple(sorted(fewest))


def _addresses(commit: Commit) -> set[str]:
    return {found[1].lower() for each in commit.reviewers if (found := _ADDRESS.search(each))}


def _brought_in(merge: Commit, by_hash: Mapping[str, Commit]) -> set[str]:
    """The commits that are there through a merge: behind its further parents, and not behind its first."""
    first, *others = merge.parents
    return _behind(others, by_hash) - _behind([first], by_hash)


def _behind(hashes: Sequence[str], by_hash: Mapping[str, Commit]) -> set[str]:
    found: set[str] = set()
    pending = [each for each in hashes if each in by_hash]
    while pending:
        here = pending.pop()
        if here not in found:
            found.add(here)
            pending += [each for each in by_hash[here].parents if each in by_hash]
    return found
