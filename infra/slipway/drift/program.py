"""The project as it lies in its repository, and as another commit has it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from slipway import git
from slipway.errors import BadInput
from slipway.repository import NoRepository, Repository, repository_around
from slipway.rollout.parts import Parts, parts_of

__all__ = ["Program", "program_of"]


@dataclass(frozen=True, slots=True)
class Program:
    """The program of a stack: the project's directory, and where that is in its repository."""

    project: Path
    stack: str
    repository: Repository
    folder: PurePosixPath

    @property
    def settings(self) -> str:
        """The name of the stack's settings file."""
        return f"Pulumi.{self.stack}.yaml"

    @property
    def parts(self) -> Parts:
        """The parts of the repository that the program is made of, as it is declared now."""
        return parts_of((self.project / "Pulumi.yaml").read_text(encoding="utf-8"), self.folder, self.stack)

    def knows(self, commit: str) -> bool:
        """Whether the repository has a commit. BadInput if it cannot know, having been cloned without history."""
        if self.repository.resolve(commit):
            return True
        if self.repository.is_shallow():
            raise BadInput(
                f"this clone of the repository is shallow, and has no commit {commit[:12]}",
                "Run `git fetch --unshallow`; in a pipeline, check out with the whole history.",
            )
        return False

    def has_settings(self, commit: str) -> bool:
        """Whether a commit holds the stack's settings."""
        return bool(self.repository.entries(commit, self.folder / self.settings))

    @contextmanager
    def at(self, commit: str) -> Iterator[Path]:
        """The project's directory as it is in a commit: this one if that is what is checked out, else in a work tree
        of its own, which goes afterwards."""
        if git.commit(self.project) == commit:
            yield self.project
            return
        with self.repository.checked_out(commit) as tree:
            directory = tree / self.folder
            if not directory.is_dir():
                raise BadInput(f"commit {commit[:12]} has no {self.folder}", "Run this in the project's directory.")
            if not (directory / self.settings).is_file():  # no commit has it: the best there is
                shutil.copyfile(self.project / self.settings, directory / self.settings)
            yield directory


def program_of(stack: str, project: Path) -> Program | None:
    """The program of a stack, if the project lies in a git repository."""
    try:
        repository = repository_around(project)
        return Program(project, stack, repository, repository.folder(project))
    except NoRepository:
        return None
