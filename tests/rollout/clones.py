"""Real git repositories: a remote, and clones of it in which somebody works."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROGRAM", "Clone", "cloned"]

PROGRAM = {
    "Pulumi.yaml": "name: cdn\nruntime: python\nmain: infra/\n",
    "Pulumi.production.yaml": "config: {}\n",
    "infra/__main__.py": "# a program\n",
    ".gitignore": "*.local\n",
}


@dataclass(frozen=True, slots=True)
class Clone:
    """A work tree, and how to work in it."""

    path: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str) -> None:
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text)

    def commit(self, subject: str) -> str:
        """Commit everything there is; the commit's hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        return self.head

    def committed(self, path: str, text: str, subject: str = "") -> str:
        """Write a file and commit everything; the commit's hash."""
        self.write(path, text)
        return self.commit(subject or f"{path} is edited")

    def push(self) -> None:
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.git("fetch", "--quiet")


def cloned(remote: Path, at: Path, *options: str) -> Clone:
    subprocess.run(["git", "clone", "--quiet", *options, remote.as_uri(), str(at)], check=True, capture_output=True)
    return Clone(at)
