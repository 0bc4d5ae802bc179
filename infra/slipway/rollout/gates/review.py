"""Refuses a plan that too few people have looked at, by the stack's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slipway import git
from slipway.errors import BadInput
from slipway.ledger import deployed
from slipway.preflight import Finding
from slipway.review import Approvals, Standing, demand, read_approvals, reviewers_of, standing

if TYPE_CHECKING:
    from slipway.rollout.gates import Surroundings

__all__ = ["ID", "findings", "reviews"]

ID = "review"
_DIRTY = "-dirty"
_LARGEST = 16 << 20  # bytes of a file with reviews
_HOW = (
    "gh pr view NUMBER --json reviews,author,headRefOid > reviews.json; slipway preflight {stack} --reviews "
    "reviews.json. Or let signed commits say Reviewed-by: NAME <ADDRESS>, each for itself, or a merge for what it "
    "brings in."
)


def findings(around: Surroundings) -> Sequence[Finding] | None:
    """One if there are too few reviews or somebody asks for changes; None if the stack has no rules."""
    found = reviews(around)
    if found is None:
        return None
    if found.enough:
        return ()
    notes = "".join(f"; {note}" for note in found.notes)
    message = f"{found.words} reviews: {found.because}{notes}"
    if found.against:
        advice = f"Talk to {', '.join(found.against)}: their next word counts. Then judge again: "
    else:
        advice = f"Let {found.needed - len(found.by)} more look at it, then judge again: "
    return (Finding(ID, message, advice + _HOW.format(stack=around.stack)),)


def reviews(around: Surroundings) -> Standing | None:
    """How many reviews there are of how many; None if the stack has no rules. BadInput for a file that holds none."""
    config = around.judged.config
    if config is None or config.review is None:
        return None
    needed = demand(config.review, around.judged.plan, around.judged.verdict.changes)
    text = _read(around.reviews) if around.reviews else b"[]"
    head = git.commit(around.project)
    if not head or head.endswith(_DIRTY):
        why = "the work tree differs from its commit" if head else "there is no commit"
        read_approvals(text, lambda commit: False)
        return standing(needed, Approvals(), (), (f"{why}, so that nobody can have reviewed it",))
    approvals = read_approvals(text, lambda commit: commit == head or git.same_files(around.project, commit, head))
    base = deployed(around.book.backwards()) if needed.reviews else None
    commits = git.commits_since(around.project, base.entry.deed.commit) if base else None
    notes = () if commits is not None else ("the ledger names no deployed commit of this repository to begin at",)
    return standing(needed, approvals, reviewers_of(commits or ()), notes)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}", "Give a pull request's reviews as a file.") from None
    if len(text) > _LARGEST:
        raise BadInput(f"{path} is more than {_LARGEST} bytes long: these are no reviews")
    return text
