"""A hosted zone in Route 53: what stands at a name, and batches that are awaited until every name server has them.

Source: Route 53 API Reference, GetChange: PENDING until all of Route 53's name servers have a change, then INSYNC.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slipway import aws
from slipway.engine.progress import Progress
from slipway.errors import CloudError
from slipway.route53.names import Batch, RecordSet, host

__all__ = ["Zone", "record_sets"]

_LIMIT = 600.0  # seconds until a change is INSYNC; a minute is usual
_EVERY = 2.0  # seconds between two questions


@dataclass(frozen=True, slots=True)
class Zone:
    """`client` is boto3's for Route 53; `id` the zone's, `domain` its name. CloudError where AWS turns a call down."""

    client: Any
    id: str
    domain: str
    progress: Progress
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def at(self, name: str) -> list[RecordSet]:
        """Every record set of a name, as it stands."""
        with aws.reported(f"the record sets of {name} cannot be read"):
            return list(record_sets(self.client, self.id, name))

    def change(self, batch: Batch, comment: str) -> None:
        """Make all changes of a batch at once, or none; until every name server has them. Nothing for an empty one."""
        if not batch:
            return
        changes = [{"Action": action, "ResourceRecordSet": dict(record)} for action, record in batch]
        with aws.reported(f"Route 53 turned down the change of {host(batch[0][1]['Name'])}, and nothing of it is made"):
            answer = self.client.change_resource_record_sets(
                HostedZoneId=self.id, ChangeBatch={"Comment": comment[:256], "Changes": changes}
            )
        self._await(answer["ChangeInfo"])

    def _await(self, change: Any) -> None:
        began = self.clock()
        while change["Status"] != "INSYNC":
            gone = self.clock() - began
            if gone > _LIMIT:
                raise CloudError(
                    f"change {change['Id']} is not at all name servers after {gone:.0f} s; it goes on",
                    f"`aws route53 get-change --id {change['Id']}` says how it stands.",
                )
            self.progress.tick(f"{self.domain}: the name servers get the change, {gone:.0f} s")
            self.sleep(_EVERY if gone else 0.2)
            with aws.reported(f"change {change['Id']} goes on, but its state cannot be read"):
                change = self.client.get_change(Id=change["Id"])["ChangeInfo"]


def record_sets(client: Any, zone: str, name: str) -> Iterator[RecordSet]:
    """Every record set of a name in the zone of that id. Raises what boto3 does."""
    # In the order in which Route 53 lists names, those of one name stand together, and it begins there.
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone, StartRecordName=name)
    for page in pages:
        for each in page["ResourceRecordSets"]:
            if host(each["Name"]) != host(name):
                return
            yield each
