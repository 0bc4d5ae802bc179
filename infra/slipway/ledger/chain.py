"""Whether files are a ledger: every entry in its place, chained to the one before it, none earlier than that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slipway.errors import SlipwayError
from slipway.ledger.entry import Link, Malformed, opened

__all__ = ["Broken", "chained"]

_ADVICE = (
    "Write nothing more. Ask another machine with `slipway ledger verify`; a bucket may keep versions of the file."
)


class Broken(SlipwayError):
    """A ledger that is not as it was written."""

    exit_status = 1

    def __init__(self, environment: str, number: int, why: str) -> None:
        super().__init__(f"the ledger of {environment} is broken at entry {number}: {why}", _ADVICE)
        self.number = number


def chained(environment: str, files: Iterable[tuple[int, bytes]], before: Link | None = None) -> Iterator[Link]:
    """The entries of an environment in files by number, as they follow `before` or begin. Raises Broken at the first
    that does not belong where it is."""
    for number, file in files:
        due = before.entry.number + 1 if before else 1
        if number != due:
            raise Broken(environment, due, f"it is missing; the next one that is there is {number}")
        try:
            link = opened(file)
        except Malformed as error:
            raise Broken(environment, number, str(error)) from None
        if why := _misplaced(environment, link, number, before):
            raise Broken(environment, number, why)
        yield link
        before = link


def _misplaced(environment: str, link: Link, number: int, before: Link | None) -> str:
    """Why an entry does not belong there; empty if it does."""
    entry = link.entry
    if entry.environment != environment:
        return f"it is of {entry.environment}"
    if entry.number != number:
        return f"it was written as entry {entry.number}"
    if entry.previous != (before.hash if before else ""):
        return "it was written after another entry than the one before it"
    if before and entry.at < before.entry.at:
        return "it is earlier than the one before it"
    return ""
