"""A Pulumi project's directory: which stacks it has settings for."""

from __future__ import annotations

from pathlib import Path

__all__ = ["settings_named", "stack_names"]


def stack_names(project: Path) -> tuple[str, ...]:
    """The stacks that have a settings file in the directory, in order of their names."""
    return tuple(sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in project.glob("Pulumi.?*.yaml")))


def settings_named(project: Path) -> str:
    """Advice for whoever has to name a stack: those there are."""
    found = stack_names(project)
    return f"Stacks of this project: {', '.join(found)}." if found else "There is no Pulumi.<stack>.yaml here."
