"""Record sets as things, by host name: what stands at each key (zone, name, type, set identifier) and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator

import msgspec

from slipway.plan import Unknown
from slipway.plan.operations import Operation
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.aws.scene import Scene
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.things import Effect, Thing, thing_of
from slipway.preflight.resources import NOT_KNOWN, RECORD, RecordSet, Reference, Text, Zone, record_set

__all__ = ["Key", "Names", "names_of"]


class Key(msgspec.Struct, frozen=True, gc=False):
    """What Route 53 knows a record set by; `zone` is a zone thing's key, or the id of a zone outside the plan."""

    zone: Hashable
    name: str
    type: str
    set_identifier: str


class Names(msgspec.Struct):
    """Every public host name with the record sets that answer for it; `before` and `after` are those served then.
    `other` are names that exist without an answer for a host."""

    things: dict[str, tuple[Thing[RecordSet], ...]] = msgspec.field(default_factory=dict)
    before: set[str] = msgspec.field(default_factory=set)
    after: set[str] = msgspec.field(default_factory=set)
    by_urn: dict[str, str] = msgspec.field(default_factory=dict)
    other: set[str] = msgspec.field(default_factory=set)

    def wildcard(self, name: str) -> str:
        """The wildcard that answers for a name while it has no record set of its own; "" if there is none. A name that
        has others, such as a TXT, has no answer from a wildcard, nor has one below which another exists, such as the
        record that validates its certificate (RFC 4592, section 2.2.2, empty non-terminals)."""
        found = "*." + name.partition(".")[2]
        return found if found in self.things and found != name and name not in self.other else ""


class _Found(msgspec.Struct):
    initial: dict[Key, RecordSet] = msgspec.field(default_factory=dict)
    effects: dict[Key, list[Effect[RecordSet]]] = msgspec.field(default_factory=lambda: defaultdict(list))


def names_of(scene: Scene, estate: Estate) -> Names:
    """The names of a plan; linear in its records."""
    names, found = Names(), _Found()
    for life in scene.of(RECORD):
        views = _views(life, estate)
        names.other.update(above for view in views if isinstance(view.name, str) for above in _above(view.name))
        if not any(view.answers_for_a_host for view in views):
            names.other.update(view.name for view in views if isinstance(view.name, str))
            continue
        _note(names, life, views, scene.order.operations)
        _effects(found, life, views, estate, scene.order.operations)
    by_name: dict[str, list[Thing[RecordSet]]] = defaultdict(list)
    for key in dict.fromkeys((*found.initial, *found.effects)):
        by_name[key.name].append(thing_of(key, found.initial.get(key), found.effects.get(key, ()), scene.order))
    names.things = {name: tuple(things) for name, things in by_name.items()}
    for served in (names.before, names.after):
        served.update([name for name in names.things if names.wildcard(name) in served])
    return names


def _above(name: str) -> Iterator[str]:
    """Every name that exists because one below it does."""
    while "." in name:
        name = name.partition(".")[2]
        yield name


def _views(life: Life, estate: Estate) -> list[RecordSet]:
    """The life's contents. Whatever an update leaves unknown of the key, it is one atomic batch: the key counts as
    kept."""
    views: list[RecordSet] = []
    for version in life.versions:
        view = record_set(version.state, version.seen, _zone_name(version, estate))
        if views:
            last = views[-1]
            type_ = last.type if _is_open(view.type) else view.type
            identifier = last.set_identifier if _is_open(view.set_identifier) else view.set_identifier
            view = msgspec.structs.replace(view, type=type_, set_identifier=identifier)
        views.append(view)
    return views


def _is_open(value: Text) -> bool:
    """Whether the value will be known, and not one that can never be: of another type than a text."""
    return isinstance(value, Unknown) and value != NOT_KNOWN


def _zone_name(version: Version, estate: Estate) -> str:
    reference = Reference(_zone_id(version), version.state.sources("zoneId"))
    zone = _zone(reference, estate)
    view = zone.newest if zone else None
    return view.name if view and isinstance(view.name, str) else ""


def _zone_id(version: Version) -> str | Unknown | None:
    """The zone id a record is written with."""
    value = version.state.inputs.get("zoneId")
    return value if isinstance(value, (str, Unknown)) else None


def _zone(reference: Reference, estate: Estate) -> Thing[Zone] | None:
    found = estate.zones.named(reference)
    return found[0] if found else None


def _key(view: RecordSet, estate: Estate) -> Key | None:
    """The key of an answer for a host; None for any other record set, for one in a private zone or in none, and for
    one whose name, type or identifier is not known: that is another key than any other, or nothing happens to it at
    all."""
    if not view.answers_for_a_host or not isinstance(view.name, str) or not isinstance(view.type, str):
        return None
    if isinstance(view.set_identifier, Unknown) or view.zone.value == NOT_KNOWN:
        return None
    zone = _zone(view.zone, estate)
    if zone is not None and zone.newest is not None and zone.newest.private:
        return None
    where = zone.key if zone else view.zone.known or (view.zone.sources or view.urn)
    return Key(where, view.name, view.type, view.set_identifier or "")


def _note(names: Names, life: Life, views: list[RecordSet], operations: tuple[Operation, ...]) -> None:
    first, last = views[0], views[-1]
    if life.born is None and first.answers_for_a_host:
        names.before.add(str(first.name))
    stays = life.end is None or _may_stay(life, operations)
    if stays and last.answers_for_a_host:
        names.after.add(str(last.name))
        names.by_urn[life.urn] = str(last.name)


def _effects(
    found: _Found, life: Life, views: list[RecordSet], estate: Estate, operations: tuple[Operation, ...]
) -> None:
    held: Key | None = None
    for version, view in zip(life.versions, views, strict=True):
        key = _key(view, estate)
        if version.since is None:
            if key is not None:
                found.initial[key] = view
        else:
            if held is not None and held != key:
                found.effects[held].append(Effect(version.since.index, None))
            if key is not None:
                found.effects[key].append(Effect(version.since.index, view))
        held = key
    if life.end is not None and held is not None:
        found.effects[held].append(Effect(life.end.index, None, certain=not _may_stay(life, operations)))


def _may_stay(life: Life, operations: tuple[Operation, ...]) -> bool:
    """Whether the replacement's key is not known: if it turns out to be the same, nothing is replaced at all."""
    partner = life.end.partner if life.end else None
    new = operations[partner].new if partner is not None else None
    if new is None:
        return False
    return any(isinstance(new.inputs.get(key), Unknown) for key in ("name", "type", "setIdentifier"))
