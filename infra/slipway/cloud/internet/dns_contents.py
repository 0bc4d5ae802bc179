"""What the name servers at one place answer from: the hosted zones, and the names that AWS itself keeps.

AWS's own are `cloudfront.net`, where every distribution's domain leads to the places that are its edge locations, and
the names of the name servers, which are the same places. Both are zones like any other here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slipway.cloud.internet.dns_zone import ZoneFile, spelled
from slipway.cloud.internet.names import Names
from slipway.cloud.internet.world import Distribution, Zone
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["CLOUDFRONT", "Contents"]

CLOUDFRONT = "cloudfront.net"
_EDGE_TTL = 60
_SERVER_TTL = 172800
_SERIALS = "1 7200 900 1209600 86400"  # As Route 53 makes a zone: negative answers live for 900 s, the SOA's own TTL.


@dataclass(frozen=True, slots=True)
class Contents:
    """All zones of one place at one moment."""

    names: Names
    files: Mapping[str, ZoneFile] = field(repr=False)

    @classmethod
    def of(cls, names: Names, distributions: Iterable[Distribution], places: Sequence[str]) -> Contents:
        """`places` are the addresses of all places."""
        own = (_cloudfront(distributions, places), *_name_servers(names, places))
        names = replace(names, zones=(*names.zones, *own))
        return cls(names, {zone.id: ZoneFile.of(zone) for zone in names.zones})

    def zone_of(self, name: str) -> ZoneFile | None:
        """The zone that answers for a name; None if none does."""
        zone = self.names.zone_of(name)
        return self.files[zone.id] if zone else None


def _cloudfront(distributions: Iterable[Distribution], places: Sequence[str]) -> Zone:
    server = "ns-1.awsdns-1.com"
    records = [record for each in distributions for record in _addresses(each.domain, _EDGE_TTL, places)]
    return Zone(CLOUDFRONT, CLOUDFRONT, (*_head(CLOUDFRONT, server), *records))


def _name_servers(names: Names, places: Sequence[str]) -> Iterator[Zone]:
    """A zone for each name server's name that the hosted zones give, server i at place i."""
    found: dict[str, int] = {}
    for zone in names.zones:
        for record in zone.records:
            if record["Type"] == "NS" and host(record["Name"]) == zone.name:
                for number, item in enumerate(record.get("ResourceRecords", [])):
                    found.setdefault(spelled(item["Value"]), number)
    for name, number in found.items():
        if names.zone_of(name) is None and not f".{name}".endswith(f".{CLOUDFRONT}"):
            own = [[each for each in places if _kind(each) == kind] for kind in ("A", "AAAA")]
            address = [family[number % len(family)] for family in own if family]
            yield Zone(f"name server {name}", name, (*_head(name, name), *_addresses(name, _SERVER_TTL, address)))


def _head(name: str, server: str) -> Iterator[dict[str, Any]]:
    yield _record(name, "SOA", 900, [f"{server}. awsdns-hostmaster.amazon.com. {_SERIALS}"])
    yield _record(name, "NS", _SERVER_TTL, [f"{server}."])


def _addresses(name: str, ttl: int, addresses: Sequence[str]) -> Iterator[dict[str, Any]]:
    for kind in ("A", "AAAA"):
        values = [each for each in addresses if _kind(each) == kind]
        if values:
            yield _record(name, kind, ttl, values)


def _record(name: str, kind: str, ttl: int, values: Sequence[str]) -> dict[str, Any]:
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}


def _kind(address: str) -> str:
    return "A" if ipaddress.ip_address(address).version == 4 else "AAAA"
