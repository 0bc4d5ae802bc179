"""People who share a ledger, each with a machine and a clone of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from slipway.config import read_file
from slipway.ledger import open_book
from slipway.rollout.environment import Environment

__all__ = ["operator"]

ROOT = Path(__file__).parents[2]


def operator(name: str, directory: Path) -> Environment:
    """Production, as somebody sees it; the clone has one commit."""
    project = directory / name
    project.mkdir()
    (project / "Pulumi.production.yaml").write_text("config: {}\n")
    for words in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", name),
        ("config", "user.email", f"{name}@example.org"),
        ("add", "-A"),
        ("commit", "-q", "-m", "the beginning"),
    ):
        subprocess.run(["git", *words], cwd=project, check=True)
    book = open_book(str(directory / "ledger"), "production", {"XDG_STATE_HOME": str(directory / f"{name}-state")})
    return Environment(project, "cdn", "production", read_file(ROOT / "Pulumi.production.yaml"), book)
