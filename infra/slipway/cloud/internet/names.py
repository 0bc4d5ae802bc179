"""DNS without a server: what a query for a host name may be answered, by the record sets that stand.

Sources: Route 53 Developer Guide, "Supported DNS record types", "Values specific for weighted records" (weight 0 is
answered with only if all are 0), "Values specific for geolocation records" (without a default, places that no record
set names get no answer) and "How Amazon Route 53 routes traffic" (wildcards); RFC 4592, section 3.3.1 (a
wildcard stands for names of which nothing closer exists).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slipway.cloud.internet.world import Zone
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["Answer", "Names", "delegated"]

_TYPES = ("A", "AAAA", "CNAME")


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which a name is answered: the name or address it leads to; empty where some places get no answer."""

    name: str
    target: str
    address: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The answers for any name. `parents` says which zone, by id, the world outside delegates a zone's name to."""

    zones: tuple[Zone, ...]
    parents: Mapping[str, str]

    def answers(self, name: str) -> tuple[Answer, ...]:
        """Every answer that a resolver may get for a host; none if it does not resolve."""
        zone = self.zone_of(name)
        if zone is None:
            return ()
        found = list(_at(zone, host(name)))
        by_type = {kind: [record for record in found if record["Type"] == kind] for kind in _TYPES}
        return tuple(answer for group in by_type.values() for answer in _drawn(host(name), group))

    def zone_of(self, name: str) -> Zone | None:
        """The zone that is asked: the longest name, and of several zones the one that its parent delegates to."""
        names = [found for found in self.parents if f".{host(name)}".endswith(f".{found}")]
        names += [zone.name for zone in self.zones if f".{host(name)}".endswith(f".{zone.name}")]
        if not names:
            return None
        asked = max(names, key=len)
        wanted = self.parents.get(asked)
        return next((zone for zone in self.zones if zone.name == asked and wanted in (None, zone.id)), None)


def delegated(zones: Iterable[Zone]) -> dict[str, str]:
    """What the world outside delegates to, if these zones stood at the beginning: of two of a name, the first."""
    found: dict[str, str] = {}
    for zone in zones:
        found.setdefault(zone.name, zone.id)
    return found


def _at(zone: Zone, name: str) -> Iterator[Mapping[str, Any]]:
    """The record sets of a name, or of the wildcard that stands for it."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    existing = {zone.name}
    for record in zone.records:
        owner = host(record["Name"])
        by_name.setdefault(owner, []).append(record)
        while owner.endswith(f".{zone.name}"):  # A name exists as soon as one below it does.
            existing.add(owner)
            owner = owner.partition(".")[2]
    if name in existing:
        yield from by_name.get(name, ())
        return
    closest = name
    while closest not in existing and closest:
        closest = closest.partition(".")[2]
    yield from by_name.get(f"*.{closest}", ())


def _drawn(name: str, records: Sequence[Mapping[str, Any]]) -> Iterator[Answer]:
    """The answers of the record sets of one type: of weighted ones those with a share."""
    shares = [record for record in records if record.get("Weight") != 0]
    for record in shares or records:
        if "AliasTarget" in record:
            yield Answer(name, host(record["AliasTarget"]["DNSName"]))
        else:
            address = record["Type"] != "CNAME"
            for item in record.get("ResourceRecords", []):
                yield Answer(name, host(item["Value"]), address)
    places = [record["GeoLocation"] for record in records if "GeoLocation" in record]
    if places and not any(place.get("CountryCode") == "*" for place in places):
        yield Answer(name, "", address=True)
