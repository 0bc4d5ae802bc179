"""A Pulumi project's directory: which stacks it has settings for."""

from __future__ import annotations

from pathlib import Path

from slipway.errors import BadInput

__all__ = ["settings_file", "settings_named", "stack_names"]


def stack_names(project: Path) -> tuple[str, ...]:
    """The stacks that have a settings file in the directory, in order of their names."""
    return tuple(sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in project.glob("Pulumi.?*.yaml")))


def settings_named(project: Path) -> str:
    """Advice for whoever has to name a stack: those there are."""
    found = stack_names(project)
    return f"Stacks of this project: {', '.join(found)}." if found else "There is no Pulumi.<stack>.yaml here."


def settings_file(stack: str, project: Path) -> Path:
    """A stack's settings file; BadInput that names the stacks there are if it is not there."""
    path = project / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        raise BadInput(f"there is no {path.name} here", settings_named(project))
    return path
