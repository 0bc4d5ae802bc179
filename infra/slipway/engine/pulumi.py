"""One `pulumi` command, run to its end. What its end means is for the caller to say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from slipway.engine import child
from slipway.engine.model import Engine
from slipway.errors import EngineError

__all__ = ["run", "shell"]


def shell(engine: Engine, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment that an engine runs in: these variables, and itself and this interpreter first on PATH."""
    path = engine.search_path(variables.get("PATH", os.defpath))
    return {**variables, "PULUMI_SKIP_UPDATE_CHECK": "true", "PATH": path}


def run(
    engine: Engine,
    words: Sequence[str],
    project: Path,
    environment: Mapping[str, str],
    watch: child.Watch = lambda seconds, stderr: None,
) -> child.Outcome:
    """Run `pulumi WORDS` in a project's directory and in just that environment, however it ends. EngineError if it
    cannot be started."""
    try:
        return child.run([str(engine.pulumi), *words, "--non-interactive"], env=environment, cwd=project, watch=watch)
    except OSError as error:
        raise EngineError(f"{engine.pulumi} cannot be started: {error}", "Run `slipway engine verify`.") from error
