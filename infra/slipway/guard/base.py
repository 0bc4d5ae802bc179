"""Whether what an approved plan leaves alone is still deployed as it was when the plan was made."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from slipway.engine import child
from slipway.engine.redaction import redact
from slipway.errors import EngineError
from slipway.guard.steps import left_alone

__all__ = ["base_in_state"]


def base_in_state(stack: str, project: Path, touched: Collection[str]) -> str:
    """The digest of the deployed resources without those that are `touched`, by the state that the engine keeps.
    EngineError with its words if it does not give it. Reading takes no lock, so an apply may go on meanwhile."""
    command = [shutil.which("pulumi") or "pulumi", "stack", "export", "--non-interactive", "--stack", stack]
    try:
        done = child.run(command, env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}, cwd=project)
    except OSError as error:
        raise EngineError(f"the engine that exports the state cannot be started: {error}") from None
    if done.status:
        raise EngineError(f"the state of {stack} cannot be read: {redact(done.stderr.strip(), os.environ)}")
    resources: list[dict[str, Any]] = json.loads(done.stdout)["deployment"].get("resources") or []
    held = ((each["urn"], str(each.get("id", "")), each.get("inputs") or {}) for each in resources if each["custom"])
    return left_alone(held, touched)
