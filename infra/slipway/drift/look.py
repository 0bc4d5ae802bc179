"""Looks for drift: asks the engine for the live world, the ledger for what is deployed, git for what is merged.

Nothing is written by it: a refresh that is only previewed takes no lock, and writes neither the state nor its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from slipway.drift.deployed import config_outside_git, standing, state_outside_git, tree_outside_git
from slipway.drift.live import changed_by_hand
from slipway.drift.merges import late, waiting
from slipway.drift.model import Finding, Merge, Report, Standing
from slipway.drift.program import Program, program_of
from slipway.engine import preview
from slipway.engine.run import run_on
from slipway.ledger import Book
from slipway.plan import Plan, read_plan
from slipway.preflight.edits import edits_of
from slipway.repository import Branch
from slipway.stack_settings import settings_digest

__all__ = ["by_hand", "look"]

# The engine can be told to compare outputs as it used to: then every ETag would be drift, and none of it named.
_COMPARE_INPUTS = {"PULUMI_USE_LEGACY_REFRESH_DIFF": "false"}
_REST = "the commit and the merges"


def look(stack: str, environment: str, project: Path, book: Book | None, *, older_than: int, now: datetime) -> Report:
    """Everything that differs; merges count once they are more than `older_than` days old. Raises EngineError,
    BadInput and Broken."""
    found = standing(book.backwards()) if book else None
    program = program_of(stack, project)
    main = program.repository.main() if program else None
    if found is None or not found.commit or program is None or main is None:
        why = _unknown(book, found)
        return Report(environment, stack, by_hand(stack, project), found, not_compared=(why,))
    known = program.knows(found.base)  # before anything slow: a shallow clone cannot say
    findings = list(by_hand(stack, project))
    on_main = known and program.repository.descends(main.commit, found.base)
    findings += tree_outside_git(found, known=known, on_main=on_main)
    if not known:
        lost = "the state and the merges: the deployed commit is not in this repository"
        return Report(environment, stack, tuple(findings), found, not_compared=(lost,))
    findings += _outside_git(program, found)
    overdue, young = _unapplied(program, found, main, older_than, now)
    return Report(environment, stack, (*findings, *overdue), found, young)


def by_hand(stack: str, project: Path) -> tuple[Finding, ...]:
    """What the live world has otherwise than the state. Raises EngineError."""
    words, doing = ("refresh", "--preview-only", "--json"), f"comparing {stack} with the live world"
    return changed_by_hand(run_on(stack, project, words, doing, env=_COMPARE_INPUTS))


def _unknown(book: Book | None, found: Standing | None) -> str:
    """Why nobody knows what is deployed."""
    if book is None:
        return f"{_REST}: this stack has no ledger (slipway:ledger) that knows what is deployed"
    if found is None:
        return f"{_REST}: the ledger knows of no apply"
    if not found.commit:
        return f"{_REST}: entry {found.number} of the ledger, the last apply, names no commit"
    return f"{_REST}: there is no git repository with a main branch here"


def _outside_git(program: Program, found: Standing) -> Iterator[Finding]:
    """What the deployed commit does not explain: settings that it does not have, a state that it would change."""
    with program.at(found.base) as directory:
        has = program.has_settings(found.base)
        yield from config_outside_git(found, settings_digest(directory / program.settings) if has else "")
        yield from state_outside_git(read_plan(preview(program.stack, directory)), found)


def _unapplied(
    program: Program, found: Standing, main: Branch, older_than: int, now: datetime
) -> tuple[tuple[Finding, ...], tuple[Merge, ...]]:
    """What has waited too long, and what may wait. Whether it does anything is asked only where something is late: a
    preview takes time, and a merge that changes nothing here may wait for ever."""
    merges = waiting(program.repository, found.base, main.commit, program.parts.all, now)
    overdue = late(merges, older_than)
    if overdue:
        with program.at(main.commit) as directory:
            if not _acts(read_plan(preview(program.stack, directory))):
                return (), ()
    return overdue, tuple(merge for merge in merges if merge.days <= older_than)


def _acts(plan: Plan) -> bool:
    return bool(plan.blocked or edits_of(plan))
