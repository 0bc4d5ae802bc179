"""Who is told when a service does badly: alarms for each, one page that shows them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pulumi

from services.crates import Crates
from services.environment import Front
from services.redirects import Redirect
from services.web import Web
from slipway.components import (
    Dashboard,
    LogQueue,
    Paging,
    ReplicatedBuckets,
    Replication,
    ServiceAlarms,
)
from slipway.config import AlarmsConfig, OnCallConfig

__all__ = ["watch"]


class _Service(Protocol):
    front: Front


def watch(
    services: Mapping[str, _Service],
    *,
    on_call: OnCallConfig,
    thresholds: AlarmsConfig,
    queue: LogQueue,
    tags: Mapping[str, str],
) -> None:
    """Alarms for every service, by its key; those of the log queues are with the crates, whose downloads it counts."""
    paging = Paging("paging", on_call=on_call, tags=tags)
    for key, service in services.items():
        crates = service if isinstance(service, Crates) else None
        ServiceAlarms(
            key,
            host=service.front.config.host,
            distribution_id=service.front.distribution.id,
            certificate_arn=service.front.certificate.issued_arn,
            thresholds=thresholds,
            paging=paging,
            runbooks=on_call.runbooks,
            tags=tags,
            # A redirect is answered at the edge; the application's answers are never kept.
            origin=not isinstance(service, Redirect),
            cache=not isinstance(service, Redirect | Web),
            replication=_replicated(crates),
            queue=queue.queue.name if crates else None,
            dead_letters=queue.dead_letters.name if crates else None,
        )
    Dashboard("dashboard", services={key: service.front.distribution.id for key, service in services.items()})


def _replicated(crates: Crates | None) -> ReplicatedBuckets | None:
    if crates is None or crates.fallback is None:
        return None
    source: pulumi.Output[str] = crates.bucket.bucket.id
    return ReplicatedBuckets(source, crates.fallback.bucket.id, Replication.rule)
