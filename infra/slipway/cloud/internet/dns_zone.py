"""A zone as a name server holds it: its record sets by name, and which of them stand for a name.

Source: RFC 4592 (wildcards; a name exists as soon as one below it does) and RFC 1034, section 4.3.2 (zone cuts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import dns.exception
import dns.name

from slipway.cloud.internet.world import Zone
from slipway.cloud.provider.rules.record_sets import RecordSet, host

__all__ = ["Node", "ZoneFile", "spelled"]


@dataclass(frozen=True, slots=True)
class Node:
    """What stands for a name. `cut` is the delegated name at or above it (empty: none), `records` are the cut's then.
    `exists` is false for a name of which nothing is known."""

    records: Sequence[RecordSet] = ()
    exists: bool = True
    cut: str = ""

    def of(self, kind: str) -> list[RecordSet]:
        """The record sets of one type."""
        return [record for record in self.records if record["Type"] == kind]


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """One zone's record sets; `nodes` has every name that exists, those without records of their own included."""

    name: str
    nodes: Mapping[str, Sequence[RecordSet]] = field(repr=False)

    @classmethod
    def of(cls, zone: Zone) -> ZoneFile:
        apex = spelled(zone.name)
        nodes: dict[str, list[RecordSet]] = {apex: []}
        for record in zone.records:
            owner = spelled(record["Name"])
            nodes.setdefault(owner, []).append(record)
            while owner.endswith(f".{apex}"):
                nodes.setdefault(owner, [])
                owner = owner.partition(".")[2]
        return cls(apex, nodes)

    @property
    def apex(self) -> Node:
        return Node(self.nodes[self.name])

    def at(self, name: str, kind: str) -> Node:
        """What stands for a name of this zone (spelled as `spelled` does), for a query of a type."""
        for above in reversed(list(self._up(name))):
            node = Node(self.nodes.get(above, ()), cut=above)
            # DS records of a delegated name are its parent's.
            if above != self.name and node.of("NS") and not (kind == "DS" and above == name):
                return node
        if name in self.nodes:
            return Node(self.nodes[name])
        closest = next(above for above in self._up(name) if above in self.nodes)
        wild = self.nodes.get(f"*.{closest}")
        return Node((), exists=False) if wild is None else Node(wild)

    def _up(self, name: str) -> list[str]:
        """The name and every name above it, up to the apex."""
        found = [name]
        while found[-1] != self.name and "." in found[-1]:
            found.append(found[-1].partition(".")[2])
        return found


def spelled(name: str) -> str:
    """A name in the one spelling that names are compared in, escapes included."""
    try:
        return dns.name.from_text(host(name)).canonicalize().to_text(omit_final_dot=True)
    except dns.exception.DNSException:
        return host(name)
