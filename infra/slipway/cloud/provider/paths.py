"""Property paths: written with indices for people (`origins[0].domainName`), dotted without them for tables."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["Path", "dotted", "written"]

Path: TypeAlias = tuple[str | int, ...]


def written(path: Path) -> str:
    """The path as Pulumi prints it; a key that is no plain word is quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "a").isalnum():
            text += f".{part}" if text else part
        else:
            text += '["{}"]'.format(part.replace('"', '\\"'))
    return text


def dotted(path: Path) -> str:
    """The path as the tables of facts and renames have it: without list indices."""
    return ".".join(part for part in path if isinstance(part, str))
