"""Two who begin at once, with one ledger between them: one does, and the other is told who and since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from operators import operator

from slipway.guard.permission import Refused
from slipway.ledger import Book, Deed, Kind, Link, Overtaken, under_way
from slipway.ledger.store import Store
from slipway.rollout.environment import Environment

MOMENTS = range(1, 5)  # Beginning looks at the store less often than that.


@dataclass
class Busy:
    """A store in which something else happens right before somebody looks for the `moment`th time what there is."""

    store: Store
    moment: int
    happens: Callable[[], object]
    looks: int = 0

    def numbers(self) -> list[int]:
        self.looks += 1
        if self.looks == self.moment:
            self.happens()
        return self.store.numbers()

    def read(self, number: int) -> bytes | None:
        return self.store.read(number)

    def create(self, number: int, file: bytes) -> bool:
        return self.store.create(number, file)


@pytest.fixture
def ada(tmp_path: Path) -> Environment:
    return operator("Ada", tmp_path)


@pytest.fixture
def grace(tmp_path: Path) -> Environment:
    return operator("Grace", tmp_path)


def begins(environment: Environment, kind: Kind = "rollout", *, resume: bool = False, commit: str = "c" * 40) -> Link:
    return environment.begin(Deed(kind=kind, outcome="begun", commit=commit), f"slipway {kind}", resume=resume)


def refusal(environment: Environment) -> str:
    """What whoever may not begin is told; nothing if they may."""
    try:
        begins(environment)
    except (Refused, Overtaken) as error:
        return error.message
    return ""


def begun(book: Book) -> list[str]:
    return [link.entry.who for link in book.entries() if link.entry.deed.outcome == "begun"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_of_two_who_begin_at_once_one_does(ada: Environment, grace: Environment, moment: int) -> None:
    ada.append(Deed(kind="smoke", outcome="passed"))
    busy = Busy(ada.book.store, moment, lambda: begins(grace))
    told = refusal(replace(ada, book=replace(ada.book, store=busy)))
    if busy.looks < moment:  # The other one never came.
        assert (told, begun(ada.book)) == ("", ["Ada <Ada@example.org>"])
        return
    assert begun(ada.book) == ["Grace <Grace@example.org>"]
    (theirs,) = (link.entry for link in ada.book.entries() if link.entry.deed.kind == "rollout")
    assert told.startswith("Grace <Grace@example.org>")
    assert f"{theirs.at:%Y-%m-%d %H:%M:%S}Z" in told


def test_whoever_resumes_takes_over_what_is_of_the_same_and_nothing_else(ada: Environment, grace: Environment) -> None:
    first = begins(ada)
    with pytest.raises(Refused) as caught:
        begins(grace)
    assert caught.value.advice == "If that is over: slipway rollout --resume"
    assert begins(grace, resume=True) == first
    assert begins(grace, resume=True, commit="d" * 40).entry.number == 2


def test_end_says_what_the_beginning_said_and_what_came_of_it(ada: Environment) -> None:
    deed = Deed(kind="rollback", outcome="begun", commit="c" * 40, reason="it is slow", results={"leaving": "d" * 40})
    first = ada.begin(deed, "slipway rollback production", resume=False)
    ended = ada.end(first, "done", results={"status": 0}).entry.deed
    assert (ended.kind, ended.outcome, ended.of, ended.reason) == ("rollback", "done", 1, "it is slow")
    assert ended.results == {"leaving": "d" * 40, "status": 0}
    assert under_way(ada.book.backwards(), "rollback") is None
    begins(ada, "rollback")
