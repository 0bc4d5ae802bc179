"""The ledger's word on what is deployed, and what the state holds that its commit does not explain. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from slipway.drift.model import Cause, Finding, Standing
from slipway.ledger import Link
from slipway.plan import Plan, UnknownStep, one_line
from slipway.preflight.changes import changes_of
from slipway.preflight.world import world_of

__all__ = ["config_outside_git", "standing", "state_outside_git", "tree_outside_git"]

_DIRTY = "-dirty"


def standing(backwards: Iterable[Link]) -> Standing | None:
    """The last apply that was carried through, and what was done since; None if the ledger knows of no apply."""
    since: list[str] = []
    unfinished = False
    for link in backwards:
        entry, deed = link.entry, link.entry.deed
        if deed.kind in ("apply", "rollback"):
            if deed.outcome == "done":
                return Standing(
                    entry.number, entry.at, entry.who, deed.commit, deed.config, tuple(reversed(since)), unfinished
                )
            unfinished = True
        if deed.kind in ("apply", "rollback", "move") or (deed.kind, deed.outcome) == ("drift", "done"):
            what = f"{deed.kind} {deed.outcome} at {entry.at:%Y-%m-%d %H:%M}Z by {entry.who} (entry {entry.number})"
            since.append(what)
    return None


def tree_outside_git(found: Standing, *, known: bool, on_main: bool) -> tuple[Finding, ...]:
    """What is wrong with the commit itself."""
    if found.commit.endswith(_DIRTY):
        why = "was applied with edits that nobody committed"
    elif not known:
        why = "is in no branch of this repository: it was applied before it was pushed, or rewritten"
    elif not on_main:
        why = "was applied and is not on the main branch"
    else:
        return ()
    return (Finding("state outside git", f"commit {_short(found.commit)} {why}"),)


def config_outside_git(found: Standing, digest: str) -> tuple[Finding, ...]:
    """Whether it was applied with other settings than the commit has; `digest` is of the commit's, empty for none."""
    if not found.config or found.config == digest:
        return ()
    but = "those it was applied with are others" if digest else "there were some"
    have = "has its own settings" if digest else "has no settings file of this stack"
    return (Finding("config outside git", f"commit {_short(found.commit)} {have}, and {but}"),)


def state_outside_git(plan: Plan, found: Standing) -> tuple[Finding, ...]:
    """What an apply of the deployed commit would still change: the state has it from elsewhere, or the last apply did
    not come to its end."""
    cause: Cause = "unfinished apply" if found.unfinished else "state outside git"
    findings = [
        Finding(cause, change.title, tuple(dict.fromkeys(step.urn for step in change.steps)))
        for change in changes_of(world_of(plan))
    ]
    unread = [step for step in plan.steps if isinstance(step, UnknownStep)]
    findings += [Finding(cause, f"a step of an unknown kind: {one_line(step.op, 40)}", (step.urn,)) for step in unread]
    if plan.blocked and not findings:
        findings.append(Finding(cause, "a protected resource would be replaced or deleted", plan.blocked))
    return tuple(findings)


def _short(commit: str) -> str:
    return commit.removesuffix(_DIRTY)[:12] or "(none)"
