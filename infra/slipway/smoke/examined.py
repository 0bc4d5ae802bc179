"""An environment, examined: what its settings say is served, looked at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from slipway.config import StackConfig
from slipway.smoke import checks, runner, target
from slipway.smoke.network import Network
from slipway.smoke.report import Report

__all__ = ["examined"]


def examined(
    stack: str,
    config: StackConfig,
    project: Path,
    where: Network,
    families: Sequence[str],
    *,
    seconds: float,
    told: Callable[[int, int], None],
) -> Report:
    """Run every check, or those of some families, in so many seconds; `told` hears how many are done of how many."""
    wanted = tuple(checks.every(target.of(config, project), families))
    at, started = datetime.now(UTC), time.monotonic()
    results = runner.run(wanted, where, seconds=seconds, told=told)
    return Report(stack, config.zone, where.local, at, time.monotonic() - started, results)
