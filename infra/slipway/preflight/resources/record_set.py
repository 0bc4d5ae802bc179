"""Route 53 record sets: `aws:route53/record:Record`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from slipway.plan import State, Unknown, Value
from slipway.preflight.names import record_name
from slipway.preflight.resources.fields import (
    NOT_KNOWN,
    Flag,
    Number,
    Reference,
    Text,
    flag,
    items,
    mapping,
    number,
    reference,
    text,
)

__all__ = ["ADDRESSED", "RecordSet", "record_set"]

ADDRESSED = frozenset({"A", "AAAA", "CNAME"})
"""The types that answer for a host name."""

_POLICIES = {
    "weightedRoutingPolicies": "weighted",
    "failoverRoutingPolicies": "failover",
    "latencyRoutingPolicies": "latency",
    "geolocationRoutingPolicies": "geolocation",
    "geoproximityRoutingPolicy": "geoproximity",
    "cidrRoutingPolicy": "cidr",
    "multivalueAnswerRoutingPolicy": "multivalue",
}


class RecordSet(msgspec.Struct, frozen=True, gc=False):
    """`name` is full, lower case, without a final dot. `targets` are the names or addresses it answers with, those of
    an alias included; `routing` is "" for a simple record set, else the routing policy; `ttl` is in seconds, None for
    an alias; `weight` is None unless weighted; `is_default`: a geolocation record set for all other places."""

    urn: str
    zone: Reference
    name: Text
    type: Text
    set_identifier: Text
    targets: tuple[Reference, ...]
    is_alias: bool
    routing: str
    weight: Number
    ttl: Number
    allow_overwrite: Flag
    is_default: bool
    record_id: str | None = None

    @property
    def answers_for_a_host(self) -> bool:
        """Whether clients that look up a host may get this answer: an address or CNAME, of no underscore name."""
        public = isinstance(self.name, str) and not self.name.startswith("_") and "._" not in self.name
        return public and (self.type in ADDRESSED or isinstance(self.type, Unknown))


def record_set(state: State, kept: State | None = None, zone_name: str = "") -> RecordSet:
    """The record set in a state; `zone_name` completes a relative name."""
    inputs = state.inputs
    written = text(inputs.get("name"))
    name = (
        record_name(state, zone_name) or zone_name or NOT_KNOWN if isinstance(written, (str, type(None))) else NOT_KNOWN
    )
    kind, identifier = text(inputs.get("type")), text(inputs.get("setIdentifier"))
    aliases = items(inputs.get("aliases"))
    return RecordSet(
        urn=state.urn,
        zone=reference(state, "zoneId", text(inputs.get("zoneId"))),
        name=name,
        type=kind.upper() if isinstance(kind, str) else kind or NOT_KNOWN,
        set_identifier=identifier,
        targets=_targets(state),
        is_alias=bool(aliases),
        routing=_routing(inputs),
        weight=_weight(inputs.get("weightedRoutingPolicies")),
        ttl=None if aliases else number(inputs.get("ttl")),
        allow_overwrite=flag(inputs.get("allowOverwrite"), False),
        is_default=_is_default(inputs.get("geolocationRoutingPolicies")),
        record_id=_id(state, kept),
    )


def _routing(inputs: Mapping[str, Value]) -> str:
    if _POLICIES.keys().isdisjoint(inputs):
        return ""
    return next((word for key, word in _POLICIES.items() if inputs.get(key) not in (None, [], False)), "")


def _weight(policies: Value) -> Number:
    first = next(iter(items(policies)), None)
    return first if isinstance(first, Unknown) else number(mapping(first).get("weight"))


def _is_default(policies: Value) -> bool:
    return any(mapping(place).get("country") == "*" for place in items(policies))


def _targets(state: State) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for alias in items(state.inputs.get("aliases")):
        name = text(mapping(alias).get("name")) if not isinstance(alias, Unknown) else alias
        found.append(reference(state, "aliases", _host(name)))
    found += [reference(state, "records", _host(text(value))) for value in items(state.inputs.get("records"))]
    return tuple(found)


def _host(value: Text) -> Text:
    return value.rstrip(".").lower() or NOT_KNOWN if isinstance(value, str) else value or NOT_KNOWN


def _id(state: State, kept: State | None) -> str | None:
    identity = state.id or (kept.id if kept else None)
    return identity if isinstance(identity, str) else None
