"""Looks for drift: asks the engine for the live world, the ledger for what is deployed, git for what is merged.

Nothing is written by it: a refresh that is only previewed takes no lock, and writes neither the state nor its history.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from slipway import git
from slipway.drift.deployed import config_outside_git, standing, state_outside_git, tree_outside_git
from slipway.drift.live import changed_by_hand
from slipway.drift.merges import late, program_files, waiting
from slipway.drift.model import Finding, Merge, Report, Standing
from slipway.engine import preview
from slipway.engine.run import run_on
from slipway.ledger import Book
from slipway.plan import Plan, read_plan
from slipway.preflight.edits import edits_of

__all__ = ["by_hand", "deployed_program", "look"]

# The engine can be told to compare outputs as it used to: then every ETag would be drift, and none of it named.
_COMPARE_INPUTS = {"PULUMI_USE_LEGACY_REFRESH_DIFF": "false"}


def look(stack: str, environment: str, project: Path, book: Book | None, *, older_than: int, now: datetime) -> Report:
    """Everything that differs; merges count once they are more than `older_than` days old. Raises EngineError,
    BadInput and Broken."""
    found, why = _deployed(project, book)
    base = found.commit.removesuffix("-dirty") if found else ""
    known = bool(base) and git.is_known(project, base)  # before anything slow: a shallow clone cannot say
    findings, skipped = list(by_hand(stack, project)), [why] if why else []
    young: tuple[Merge, ...] = ()
    if found:
        main = git.main_branch(project)
        findings += tree_outside_git(found, known=known, on_main=git.is_within(project, base, main))
        if known:
            findings += _outside_git(stack, project, base, found)
            overdue, young = _unapplied(stack, project, base, main, older_than, now)
            findings += overdue
        else:
            skipped.append("the state and the merges: the deployed commit is not in this repository")
    return Report(environment, stack, tuple(findings), found, young, tuple(skipped))


def by_hand(stack: str, project: Path) -> tuple[Finding, ...]:
    """What the live world has otherwise than the state. Raises EngineError."""
    words, doing = ("refresh", "--preview-only", "--json"), f"comparing {stack} with the live world"
    return changed_by_hand(run_on(stack, project, words, doing, env=_COMPARE_INPUTS))


@contextmanager
def deployed_program(stack: str, project: Path, commit: str) -> Iterator[Path]:
    """The project's directory as it is in a commit: this one if that is what is checked out, else a work tree."""
    if git.commit(project) == commit:
        yield project
        return
    settings = f"Pulumi.{stack}.yaml"
    with git.tree(project, commit) as directory:
        if not (directory / settings).is_file():
            shutil.copyfile(project / settings, directory / settings)  # no commit has it: the best there is
        yield directory


def _deployed(project: Path, book: Book | None) -> tuple[Standing | None, str]:
    """What is deployed, or else why nobody knows."""
    if book is None:
        return None, "the commit and the merges: this stack has no ledger (slipway:ledger) that knows what is deployed"
    found = standing(book.backwards())
    if found is None:
        return None, "the commit and the merges: the ledger knows of no apply"
    if not found.commit:
        return None, f"the commit and the merges: entry {found.number} of the ledger, the last apply, names no commit"
    if not git.main_branch(project):
        return None, "the commit and the merges: there is no git repository with a main branch here"
    return found, ""


def _outside_git(stack: str, project: Path, base: str, found: Standing) -> Iterator[Finding]:
    """What the deployed commit does not explain: settings that it does not have, a state that it would change."""
    settings = git.file_at(project, base, f"Pulumi.{stack}.yaml")
    yield from config_outside_git(found, _digest(settings) if settings is not None else "")
    with deployed_program(stack, project, base) as directory:
        yield from state_outside_git(read_plan(preview(stack, directory)), found)


def _unapplied(
    stack: str, project: Path, base: str, main: str, older_than: int, now: datetime
) -> tuple[tuple[Finding, ...], tuple[Merge, ...]]:
    """What has waited too long, and what may wait. Whether it does anything is asked only where something is late: a
    preview takes time, and a merge that changes nothing here may wait for ever."""
    merges = waiting(git.between(project, base, main, program_files(project, stack)), now)
    overdue = late(merges, older_than)
    if overdue:
        with deployed_program(stack, project, main) as directory:
            if not _acts(read_plan(preview(stack, directory))):
                return (), ()
    return overdue, tuple(merge for merge in merges if merge.days <= older_than)


def _acts(plan: Plan) -> bool:
    return bool(plan.blocked or edits_of(plan))


def _digest(settings: bytes) -> str:
    """As it is written down with every deed."""
    return "sha256:" + hashlib.sha256(settings).hexdigest()
