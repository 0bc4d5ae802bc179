"""The project's stacks in the local cloud's backend, so that `pulumi preview --stack staging` just works."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from slipway.engine.project import stack_names as project_stacks
from slipway.errors import EngineError

__all__ = ["create_stacks", "stack_names"]


def stack_names(project: Path) -> tuple[str, ...]:
    """The stacks that have a configuration file in a project's directory, in order of their names."""
    return project_stacks(project) if (project / "Pulumi.yaml").is_file() else ()


def create_stacks(project: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Create what is missing. `staging` ends up selected, so that a command without --stack never means production.

    EngineError with the engine's own words if it refuses.
    """
    names = stack_names(project)
    for name in sorted(names, key=lambda name: name == "staging"):
        _pulumi(project, environment, "stack", "select", name, "--create")
    return names


def _pulumi(project: Path, environment: Mapping[str, str], *arguments: str) -> None:
    run = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=project,
        env=dict(environment),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if run.returncode:
        raise EngineError(f"pulumi {' '.join(arguments)}: {run.stderr.strip() or run.stdout.strip()}")
