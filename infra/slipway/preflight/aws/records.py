"""Who holds which record set: zone, name, type and set identifier, and the routing policy at that name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from slipway.preflight.aws.claims import Claim, Key, claims_by
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.resources import RecordSet, record_set, zone

__all__ = ["Records", "described", "records_of"]


class Records(msgspec.Struct, frozen=True, gc=False):
    """Claims with the key (zone, name, type, set identifier): `by_identity`; with the routing policy added to it:
    `by_name`, grouped by (zone, name). Keys that are not known make no claim: they may become any key at all. `_views`
    are the record sets that were looked at, by the identity of the version object."""

    by_identity: Mapping[Key, list[Claim]]
    by_name: Mapping[Key, list[Claim]]
    zones: Mapping[str, str]
    _views: dict[int, RecordSet] = msgspec.field(default_factory=dict)

    def seen(self, version: Version) -> RecordSet:
        """The record set in a version, its name completed from its zone where the plan holds that."""
        if id(version) not in self._views:
            self._views[id(version)] = _view(self.zones, version)
        return self._views[id(version)]

    def zone_name(self, version: Version) -> str:
        """The zone's own name; "" if the plan does not hold the zone."""
        return _zone_name(self.zones, version)


def records_of(records: Iterable[Life], zones: Iterable[Life]) -> Records:
    """Index the record sets of a plan."""
    lives, homes = tuple(records), tuple(zones)
    names = dict(_zone_names(homes))
    if not any(life.is_touched for life in (*lives, *homes)):
        return Records({}, {}, names)
    views = {id(version): _view(names, version) for life in lives for version in life.versions}
    keys = {version: tuple(_keys(view)) for version, view in views.items()}
    return Records(
        claims_by(lives, lambda version: (key[:4] for key in keys[id(version)])),
        claims_by(lives, lambda version: keys[id(version)], group=lambda key: key[:2]),
        names,
        views,
    )


def described(claim: Claim) -> str:
    """A claim in words: `weighted CNAME static.example.org`."""
    _, name, kind, *rest = claim.key
    routing = (rest[1] or "simple") + " " if len(rest) > 1 else ""
    return f"{routing}{kind} {name}"


def _view(names: Mapping[str, str], version: Version) -> RecordSet:
    return record_set(version.state, version.seen, _zone_name(names, version))


def _keys(view: RecordSet) -> Iterator[Key]:
    home, name, kind, identifier = _zone_of(view), view.name, view.type, view.set_identifier or ""
    if home and isinstance(name, str) and isinstance(kind, str) and isinstance(identifier, str):
        yield home, name, kind, identifier, view.routing


def _zone_of(view: RecordSet) -> str:
    """The zone by its id or, while that is unknown, by the resource it will come from."""
    if view.zone.known:
        return view.zone.known
    return view.zone.sources[0] if len(view.zone.sources) == 1 else ""


def _zone_name(names: Mapping[str, str], version: Version) -> str:
    zone = version.state.inputs.get("zoneId")
    if isinstance(zone, str):
        return names.get(zone, "")
    sources = version.state.sources("zoneId")
    return names.get(sources[0], "") if len(sources) == 1 else ""


def _zone_names(zones: Iterable[Life]) -> Iterator[tuple[str, str]]:
    for life in zones:
        for version in life.versions:
            view = zone(version.state, version.seen)
            if isinstance(view.name, str):
                yield from ((known, view.name) for known in (*view.ids, life.urn))
