"""One environment as a rollout sees it: a stack of the project that is checked out, with its ledger."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from msgspec.structs import replace

from slipway import git
from slipway.config import StackConfig, read_file
from slipway.engine.project import settings_file
from slipway.errors import BadInput
from slipway.guard.here import here
from slipway.guard.permission import Here, Refused
from slipway.ledger import Book, Deed, Kind, Link, Outcome, Value, open_book, under_way
from slipway.located import located
from slipway.repository import repository_around
from slipway.rollout.alone import alone
from slipway.stack_settings import ledger_place

__all__ = ["Environment", "checked_out", "open_environment", "who_is_at_it"]


@dataclass(frozen=True, slots=True)
class Environment:
    """`project` is the directory with Pulumi.yaml, `name` the project's name in it."""

    project: Path
    name: str
    stack: str
    config: StackConfig
    book: Book

    @property
    def settings(self) -> Path:
        """The stack's settings file."""
        return self.project / f"Pulumi.{self.stack}.yaml"

    @property
    def commit(self) -> str:
        """The commit that is checked out, `-dirty` after it if the work tree differs."""
        return git.commit(self.project)

    @property
    def here(self) -> Here:
        """What is about to be applied, for whoever asks whether that is approved."""
        return here(self.project, self.name, self.stack)

    def located(self, deed: Deed) -> Deed:
        """A deed with the commit, the settings and the lock file that are here."""
        return located(deed, self.settings)

    def append(self, deed: Deed, after: int | None = None) -> Link:
        """Write a deed down in the ledger, as whoever works here."""
        return self.book.append(deed, git.author(self.project), after=after)

    def begin(self, deed: Deed, command: str, *, resume: bool) -> Link:
        """Write down that a deed begins, unless one of its kind is under way. With `resume` that one is taken over if
        it is of the same, and given up if not.

        Of two who begin in the same moment one does, and the other is Overtaken: what is under way is looked at after
        the last entry, and nothing may have come after that one. Refused says who is at it, since when, and that
        `command` takes over.
        """
        last = self.book.last()
        before = under_way(self.book.backwards(), deed.kind)
        if before and not resume:
            raise Refused(who_is_at_it(before), f"If that is over: {command} --resume")
        if before and _is_the_same(before.entry.deed, deed):
            return before
        return self.append(deed, after=last.entry.number if last else 0)

    def alone(self, kind: Kind, variables: Mapping[str, str] = os.environ) -> AbstractContextManager[None]:
        """Be the only one on this machine who does a deed of this kind. Raises Refused with who is at it."""

        def who() -> str:
            begun = under_way(self.book.backwards(), kind)
            return who_is_at_it(begun) if begun else f"somebody here is about to begin: {kind} of {self.stack}"

        return alone(self.name, self.stack, variables, who, kind)

    def end(
        self, begun: Link, outcome: Outcome, *, reason: str = "", results: Mapping[str, Value] | None = None
    ) -> Link:
        """Write down how what was begun has ended."""
        deed = begun.entry.deed
        ended = replace(
            deed,
            outcome=outcome,
            reason=reason or deed.reason,
            results={**deed.results, **(results or {})},
            of=begun.entry.number,
        )
        return self.append(ended)


def who_is_at_it(begun: Link) -> str:
    """Who began something that has not ended, and since when."""
    entry = begun.entry
    return f"{entry.who} is at it since {entry.at:%Y-%m-%d %H:%M:%S}Z: {entry.deed.kind} of {entry.deed.commit[:12]}"


def _is_the_same(begun: Deed, deed: Deed) -> bool:
    return (begun.of, begun.commit, begun.config) == (deed.of, deed.commit, deed.config)


def open_environment(stack: str, project: Path) -> Environment:
    """A stack of the project in a directory. BadInput if it is none, or has no ledger."""
    settings = settings_file(stack, project)
    config = read_file(settings)
    if config.ledger is None:
        raise BadInput(f"{stack} has no ledger", f"Set slipway:ledger in {settings.name}, as docs/ledger.md says.")
    place = ledger_place(config.ledger, project)
    return Environment(project, _name(project), stack, config, open_book(place, config.environment))


@contextmanager
def checked_out(environment: Environment, commit: str) -> Iterator[Environment]:
    """The environment with another commit checked out, in a work tree of its own; the ledger stays where it is."""
    repository = repository_around(environment.project)
    folder = repository.folder(environment.project)
    with repository.checked_out(commit) as tree:
        there = open_environment(environment.stack, tree / folder)
        yield dataclasses.replace(there, book=environment.book)


def _name(project: Path) -> str:
    file = project / "Pulumi.yaml"
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        return str(document["name"])
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        raise BadInput(f"{file} names no project", "Run this where Pulumi.yaml is.") from None
