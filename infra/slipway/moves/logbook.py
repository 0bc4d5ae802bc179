"""What a move writes into the ledger: when it began and what came of it, with enough to find the way back.

A stack without a ledger has a book of this machine's own, so that the way back is known there as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from slipway import git
from slipway.errors import SlipwayError
from slipway.ledger import Book, Deed, Link, Outcome, Overtaken, Value, open_book, under_way
from slipway.located import located
from slipway.moves.refused import Refused
from slipway.state import state_folder

__all__ = ["Logbook", "own_book"]

_WORK = ("apply", "rollback", "move")
"""What two people do not do at once."""


@dataclass(frozen=True, slots=True)
class Logbook:
    """A book, and the settings file next to which the program lies."""

    book: Book
    settings: Path
    tell: Callable[[str], None]

    def last(self) -> int:
        """The number of the last entry: what has been seen before a move begins."""
        link = self.book.last()
        return link.entry.number if link else 0

    def refuse_others(self) -> None:
        """Refused while an apply or a way back is under way."""
        for kind in _WORK[:2]:
            if link := under_way(self.book.backwards(), kind):
                entry = link.entry
                raise Refused(
                    f"{entry.who} began {'an' if kind == 'apply' else 'a'} {kind} in {entry.environment} at "
                    f"{entry.at:%Y-%m-%d %H:%M:%S}Z, and it has not ended",
                    f"See what they do: slipway ledger show {entry.environment}",
                )

    def begun(self, move: str, name: str) -> Link | None:
        """The newest beginning of a move of a name, other than a way back."""
        for link in self.book.backwards():
            deed = link.entry.deed
            found = (deed.results.get("move"), deed.results.get("name"))
            begun = deed.kind == "move" and deed.outcome == "begun" and found == (move, name)
            if begun and not deed.results.get("back"):
                return link
        return None

    def newest(self, move: str, name: str) -> Deed | None:
        """The newest deed about a move of a name, its beginning or what came of it."""
        deeds = (link.entry.deed for link in self.book.backwards())
        moves = (deed for deed in deeds if deed.kind == "move" and deed.results.get("move") == move)
        return next((deed for deed in moves if deed.results.get("name") == name), None)

    def begin(self, results: Mapping[str, Value], after: int | None = None) -> int:
        """Write that a move begins; its number. With `after`, Overtaken if somebody began to apply or move since."""
        while True:
            try:
                return self._write(Deed(kind="move", outcome="begun", results=results), after)
            except Overtaken as error:
                if error.link.entry.deed.kind in _WORK:
                    raise
                after = error.link.entry.number

    @contextmanager
    def during(self, results: Mapping[str, Value], after: int, interrupted: str) -> Iterator[None]:
        """Write that a move begins, and when the context ends what came of it: done, or failed with the reason.
        `interrupted` is the reason where somebody interrupts it."""
        begun = self.begin(results, after)
        try:
            yield
        except (SlipwayError, KeyboardInterrupt) as error:
            why = error.message if isinstance(error, SlipwayError) else interrupted
            self.end(begun, "failed", results, why)
            raise
        self.end(begun, "done", results)

    def end(self, begun: int, outcome: Outcome, results: Mapping[str, Value], reason: str = "") -> None:
        """Write what came of it."""
        self._write(Deed(kind="move", outcome=outcome, results=results, reason=reason, of=begun), None)

    def _write(self, deed: Deed, after: int | None) -> int:
        whole = located(deed, self.settings)
        link = self.book.append(whole, git.author(self.settings.parent), after=after)
        self.tell(f"entry {link.entry.number} of the ledger of {self.book.environment}: move {deed.outcome}")
        return link.entry.number


def own_book(environment: str, project: Path, variables: Mapping[str, str]) -> Book:
    """This machine's own book of an environment of a project, for a stack without a ledger."""
    which = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:12]
    return open_book(str(state_folder("moves", variables) / which), environment, variables)
