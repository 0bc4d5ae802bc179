"""Route 53 record sets: `aws:route53/record:Record`."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.plan import State, Unknown
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
    text,
)

__all__ = ["ADDRESSED", "RecordSet", "record_set"]

ADDRESSED = frozenset({"A", "AAAA", "CNAME"})
"""The types that answer for a host name."""

_POLICIES = (
    ("weightedRoutingPolicies", "weighted"),
    ("failoverRoutingPolicies", "failover"),
    ("latencyRoutingPolicies", "latency"),
    ("geolocationRoutingPolicies", "geolocation"),
    ("geoproximityRoutingPolicy", "geoproximity"),
    ("cidrRoutingPolicy", "cidr"),
    ("multivalueAnswerRoutingPolicy", "multivalue"),
)


@dataclass(frozen=True, slots=True)
class RecordSet:
    """`name` is full, lower case, without a final dot. `targets` are the names or addresses it answers with, those of
    an alias included; `routing` is "" for a simple record set, else the routing policy; `ttl` is in seconds, None for
    an alias; `weight` is None unless weighted."""

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
    record_id: str | None = None

    @property
    def answers_for_a_host(self) -> bool:
        """Whether clients that look up a host may get this answer: an address or CNAME, of no underscore name."""
        public = isinstance(self.name, str) and not any(label.startswith("_") for label in self.name.split("."))
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
        zone=Reference(text(inputs.get("zoneId")), state.sources("zoneId")),
        name=name,
        type=kind.upper() if isinstance(kind, str) else kind or NOT_KNOWN,
        set_identifier=identifier,
        targets=_targets(state),
        is_alias=bool(aliases),
        routing=next((word for key, word in _POLICIES if inputs.get(key) not in (None, (), False)), ""),
        weight=number(mapping(inputs.get("weightedRoutingPolicies")).get("weight")),
        ttl=None if aliases else number(inputs.get("ttl")),
        allow_overwrite=flag(inputs.get("allowOverwrite"), False),
        record_id=_id(state, kept),
    )


def _targets(state: State) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for alias in items(state.inputs.get("aliases")):
        name = text(mapping(alias).get("name")) if not isinstance(alias, Unknown) else alias
        found.append(Reference(_host(name), state.sources("aliases")))
    found += [Reference(_host(text(value)), state.sources("records")) for value in items(state.inputs.get("records"))]
    return tuple(found)


def _host(value: Text) -> Text:
    return value.rstrip(".").lower() or NOT_KNOWN if isinstance(value, str) else value or NOT_KNOWN


def _id(state: State, kept: State | None) -> str | None:
    identity = state.id or (kept.id if kept else None)
    return identity if isinstance(identity, str) else None
