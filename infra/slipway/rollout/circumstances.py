"""A verdict in its place: what the gates find there, which overrides are in force, and the checklist."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from slipway import git
from slipway.ledger import Book, Link, deployed
from slipway.located import located
from slipway.preflight import Answer, Verdict, overridden
from slipway.report.words import way_back_line
from slipway.review import Circumstances, checklist
from slipway.rollout.gates import Surroundings, review, through
from slipway.rollout.overrides import LONGEST, Wish, active, deed_of, gives_way

__all__ = ["in_its_place"]

_MOST = 100  # entries that are read where nothing was ever applied


def in_its_place(around: Surroundings, wishes: Sequence[Wish] = ()) -> Verdict:
    """The verdict after the gates, with the overrides that are in force and the checklist; those that are wished for
    are written down first, if anything gives way to them."""
    verdict, now = through(around), datetime.now(UTC)
    settings = around.project / f"Pulumi.{around.stack}.yaml"
    for wanted in wishes:
        if gives_way(verdict.refusals, wanted):
            around.book.append(located(deed_of(wanted, around.book, now), settings), git.author(around.project))
        else:
            said = f"nothing that {wanted.rule} refuses here can be overridden so: the override is not written down"
            print(f"slipway: {said}", file=sys.stderr)
    entries = _recent(around.book, now)
    verdict = overridden(verdict, active(entries, now))
    known = Circumstances(git.commit(around.project), entries, review.reviews(around), back=_back(verdict))
    return replace(verdict, checklist=checklist(verdict, known))


def _back(verdict: Verdict) -> Answer | None:
    """What the proof of the way back says; None where there is none."""
    words = way_back_line(verdict).removeprefix("way back: ")
    return Answer("way back", words, verdict.way_back.status == "proven") if words and verdict.way_back else None


def _recent(book: Book, now: datetime) -> list[Link]:
    """The entries that still matter, the newest first: back to the last apply, and for as long as an override may
    last."""
    found: list[Link] = []
    applied = False
    for link in book.backwards():
        found.append(link)
        applied = applied or deployed([link]) is not None
        if now - link.entry.at >= LONGEST and (applied or len(found) >= _MOST):
            break
    return found
