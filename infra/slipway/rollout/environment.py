"""One environment as a rollout sees it: a stack of the project that is checked out, with its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from slipway import git
from slipway.config import StackConfig, read_file
from slipway.engine.project import settings_file
from slipway.errors import BadInput
from slipway.guard.here import here
from slipway.guard.permission import Here
from slipway.ledger import Book, Deed, Link, open_book
from slipway.stack_settings import ledger_place, settings_digest

__all__ = ["Environment", "open_environment"]


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
        """A deed with the commit and the settings that are here."""
        return msgspec.structs.replace(deed, commit=self.commit, config=settings_digest(self.settings))

    def append(self, deed: Deed, after: int | None = None) -> Link:
        """Write a deed down in the ledger, as whoever works here."""
        return self.book.append(deed, git.author(self.project), after=after)


def open_environment(stack: str, project: Path) -> Environment:
    """A stack of the project in a directory. BadInput if it is none, or has no ledger."""
    settings = settings_file(stack, project)
    config = read_file(settings)
    if config.ledger is None:
        raise BadInput(f"{stack} has no ledger", f"Set slipway:ledger in {settings.name}, as docs/ledger.md says.")
    place = ledger_place(config.ledger, project)
    return Environment(project, _name(project), stack, config, open_book(place, config.environment))


def _name(project: Path) -> str:
    file = project / "Pulumi.yaml"
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        return str(document["name"])
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        raise BadInput(f"{file} names no project", "Run this where Pulumi.yaml is.") from None
