"""A zone that only exists here, and a ledger beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import CloudError
from slipway.ledger import Deed
from slipway.moves.logbook import Logbook, own_book
from slipway.route53.names import Batch, RecordSet, host, identity

NAME = "static.example.org"


def member(name: str, weight: int, kind: str = "CNAME") -> dict[str, Any]:
    """A weighted record set of the name."""
    value = {"CNAME": f"{name}-static.example.org", "A": "192.0.2.1", "AAAA": "2001:db8::1"}[kind]
    return {
        "Name": f"{NAME}.",
        "Type": kind,
        "SetIdentifier": name,
        "Weight": weight,
        "TTL": 300,
        "ResourceRecords": [{"Value": value}],
    }


@dataclass
class Records:
    """Record sets that change in batches, each kept; `fails` are the numbers of the
    batches that are turned down."""

    sets: list[RecordSet]
    batches: list[Batch] = field(default_factory=list)
    fails: Sequence[int] = ()

    def at(self, name: str) -> list[RecordSet]:
        return [each for each in self.sets if host(each["Name"]) == host(name)]

    def change(self, batch: Batch, comment: str) -> None:
        if not batch:
            return
        self.batches.append(batch)
        if len(self.batches) in self.fails:
            raise CloudError("Route 53 turned it down: Throttling", "Try again.")
        standing = {identity(each): each for each in self.sets}
        for action, record in batch:
            if action == "DELETE":
                del standing[identity(record)]
            else:
                standing[identity(record)] = record
        self.sets = list(standing.values())

    @property
    def weights(self) -> dict[str, int]:
        return {each["SetIdentifier"]: each["Weight"] for each in self.sets}


@pytest.fixture
def shared() -> Records:
    """A name that two CDNs share."""
    return Records([member("cloudfront", 200), member("fastly", 55)])


@pytest.fixture
def apex() -> Records:
    """A name whose second CDN has no IPv6."""
    return Records([member("cloudfront", 200, "A"), member("fastly", 55, "A"), member("cloudfront", 200, "AAAA")])


@pytest.fixture
def log(tmp_path: Path) -> Logbook:
    """A ledger in a folder."""
    settings = tmp_path / "Pulumi.dev.yaml"
    settings.write_text("config: {}\n")
    return Logbook(own_book("dev", tmp_path, {"XDG_STATE_HOME": str(tmp_path / "state")}), settings, lambda text: None)


@pytest.fixture
def deeds(log: Logbook) -> Callable[[], list[Deed]]:
    """What the ledger holds."""
    return lambda: [link.entry.deed for link in log.book.entries()]
