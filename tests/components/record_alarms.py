"""Records a small program of alarms without an engine: what `Paging`, `ServiceAlarms` and `Dashboard` register."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks, stack, sync_await

sys.path.insert(0, str(Path(__file__).parent))

from record_program import Recorder

from slipway.components.alarms import ReplicatedBuckets, ServiceAlarms
from slipway.components.dashboard import Dashboard
from slipway.components.paging import Paging
from slipway.config import AlarmsConfig, OnCallConfig

RUNBOOKS = "https://example.org/runbooks/"
TAGS = {"environment": "production"}


async def program() -> None:
    """Three services: one with everything, one without a cache, one that only redirects."""
    on_call = OnCallConfig(
        email=("team@example.org",), https=("https://paging.example.com/key-4711",), runbooks=RUNBOOKS
    )
    paging = Paging("paging", on_call=on_call, tags=TAGS)
    limits = AlarmsConfig(error_percent=1.5, surge_factor=3)
    shared: dict[str, Any] = {"thresholds": limits, "paging": paging, "runbooks": RUNBOOKS, "tags": TAGS}
    ServiceAlarms(
        "crates",
        host="static.example.org",
        distribution_id="E1",
        certificate_arn="arn:certificate-1",
        replication=ReplicatedBuckets("crates-1", "fallback-1", "fallback"),
        queue="logs-1",
        dead_letters="logs-dead-1",
        **shared,
    )
    ServiceAlarms(
        "web", host="example.org", distribution_id="E2", certificate_arn="arn:certificate-2", cache=False, **shared
    )
    ServiceAlarms(
        "www",
        host="www.example.org",
        distribution_id="E3",
        certificate_arn="arn:certificate-3",
        origin=False,
        cache=False,
        **shared,
    )
    Dashboard("dashboard", services={"web": "E2", "crates": "E1"})


def main() -> None:
    recorder = Recorder(preview="--preview" in sys.argv)
    mocks.set_mocks(recorder.mocks, project="cdn", stack="production", preview=recorder.preview, monitor=recorder)
    sync_await._sync_await(stack.run_pulumi_func(program))
    print(json.dumps(recorder.registered, default=lambda unknown: "unknown"))


if __name__ == "__main__":
    main()
