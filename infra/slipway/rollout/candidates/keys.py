"""What a commit's preview depends on, as one value: equal keys, equal previews.

That is the project, the stack's settings, the program and the lock file as the commit has them, and what they meet: the
deployed state, the engine, the installed packages, and Slipway itself. What the program reads elsewhere is not seen
(docs/next.md says so); where it holds symbolic links, all of the commit counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import slipway
from slipway.repository import Repository
from slipway.rollout.parts import Parts, parts_of

__all__ = ["Context", "key_of", "own_digest"]

_OWN = (".py", ".json")


@dataclass(frozen=True, slots=True)
class Context:
    """What every preview of one run meets: the stack, a digest of its deployed state, the installed packages with their
    versions, the engine's version, and a digest of the Slipway that judges."""

    stack: str
    state: str
    installed: Mapping[str, str]
    engine: str
    slipway: str


def key_of(repository: Repository, commit: str, folder: PurePosixPath, context: Context) -> str:
    """The key of a commit, the stack's project being in a folder below the repository's top."""
    declared = repository.text(commit, folder / "Pulumi.yaml") or ""
    held = _held(repository, commit, parts_of(declared, folder, context.stack))
    text = json.dumps([asdict(context), str(folder), held], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def own_digest() -> str:
    """Of all that Slipway is: while it is being worked on, its version says little."""
    package = Path(slipway.__file__).parent
    digest = hashlib.sha256(slipway.__version__.encode())
    for path in sorted(path for path in package.rglob("*") if path.suffix in _OWN):
        digest.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _held(repository: Repository, commit: str, parts: Parts) -> dict[str, str]:
    """What git calls the parts' content, by path."""
    if parts.program in (None, PurePosixPath()) or repository.links(commit, *parts.all):
        return {"": repository.tree(commit)}
    return {str(path): entry for path, entry in repository.entries(commit, *parts.all).items()}
