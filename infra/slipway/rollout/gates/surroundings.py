"""What a gate may look at: where a plan is to be applied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slipway.ledger import Book
from slipway.rollout.judge import Judged

__all__ = ["Surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a plan is to be applied: the project's directory, with its git repository around it, the stack, and the
    ledger of the stack's environment. `reviews` is a file with a pull request's reviews, if there is one."""

    project: Path
    stack: str
    judged: Judged
    book: Book
    reviews: Path | None = None
