"""Which commits are worth listing, and which of them to deploy: the furthest that is one proven step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from slipway.preflight import Verdict
from slipway.repository import Commit

__all__ = ["Candidate", "Choice", "Failed", "Outcome", "choose", "real_changes", "to_preview", "worth_listing"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A preview that could not be made or read, and why."""

    message: str
    advice: str = ""


Outcome: TypeAlias = Verdict | Failed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit, and what comes of it if it is applied to what is deployed now. `note` is what else is to be known."""

    commit: Commit
    outcome: Outcome
    note: str = ""

    @property
    def is_step(self) -> bool:
        """Whether it is one step at most, and proven."""
        return isinstance(self.outcome, Verdict) and self.outcome.approved and real_changes(self.outcome) <= 1


@dataclass(frozen=True, slots=True)
class Choice:
    """The commit to `deploy`. Without one, `blocked` is the first that stands in the way; without that as well, there
    is nothing to deploy."""

    deploy: Candidate | None = None
    blocked: Candidate | None = None


def to_preview(commits: Sequence[Commit], keys: Mapping[str, str], base: str | None) -> dict[str, str]:
    """The keys whose outcome has to be known, oldest first, each with the first commit that has it."""
    wanted: dict[str, str] = {}
    before = base
    for commit in commits:
        if keys[commit.hash] != before:
            wanted.setdefault(keys[commit.hash], commit.hash)
        before = keys[commit.hash]
    return wanted


def worth_listing(
    commits: Sequence[Commit], keys: Mapping[str, str], outcomes: Mapping[str, Outcome], base: str | None
) -> tuple[tuple[Commit, Outcome], ...]:
    """The commits that bring something the commit before them did not, oldest first. `keys` are by commit, `outcomes`
    by key; `base` is the key of the deployed commit, None if what is deployed is not just that commit."""
    listed: list[tuple[Commit, Outcome]] = []
    key, outcome, nothing_yet = base, None, base is not None
    for commit in commits:
        if keys[commit.hash] == key:
            continue
        key, before = keys[commit.hash], outcome
        outcome = outcomes[key]
        nothing_yet = nothing_yet and _does_nothing(outcome)
        if isinstance(outcome, Failed) or not (nothing_yet or outcome == before):
            listed.append((commit, outcome))
    return tuple(listed)


def choose(candidates: Sequence[Candidate]) -> Choice:
    """The furthest step there is. One that changes nothing is no step: up to there, there is nothing to deploy."""
    steps = [index for index, candidate in enumerate(candidates) if candidate.is_step]
    furthest = steps[-1] if steps else -1
    if steps and not _does_nothing(candidates[furthest].outcome):
        return Choice(deploy=candidates[furthest])
    return Choice(blocked=candidates[furthest + 1] if furthest + 1 < len(candidates) else None)


def real_changes(verdict: Verdict) -> int:
    """How many changes there are that are more than tags, comments and descriptions."""
    return sum(not change.cosmetic for change in verdict.changes)


def _does_nothing(outcome: Outcome) -> bool:
    return isinstance(outcome, Verdict) and outcome.approved and not outcome.changes
