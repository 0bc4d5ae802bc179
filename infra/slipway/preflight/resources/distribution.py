"""CloudFront distributions: `aws:cloudfront/distribution:Distribution`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from slipway.plan import State, Unknown, Value, leaves
from slipway.preflight.resources.fields import (
    Flag,
    Number,
    Reference,
    Text,
    computed,
    flag,
    items,
    mapping,
    number,
    reference,
    text,
)

__all__ = ["Behavior", "Distribution", "Origin", "distribution"]


class Origin(msgspec.Struct, frozen=True, gc=False):
    """One origin: its host, and with which identity CloudFront asks it (`control`: origin access control, `identity`:
    the older origin access identity, as a path)."""

    id: Text
    host: Reference
    control: Reference
    identity: Reference


class Behavior(msgspec.Struct, frozen=True, gc=False):
    """One cache behaviour; `path` is None for the default one. TTLs are in seconds, None where not given."""

    path: Text
    target: Text
    functions: tuple[Reference, ...]
    cache_policy: Reference
    min_ttl: Number
    default_ttl: Number
    max_ttl: Number


class Distribution(msgspec.Struct, frozen=True, gc=False):
    """`aliases` are canonical names, `aliases_unknown` says that there may be others. `certificate` is None where the
    distribution uses CloudFront's own. `groups` maps an origin group's id to its members' origin ids."""

    urn: str
    id: Text
    arn: Text
    domain: Text
    enabled: Flag
    staging: bool
    aliases: frozenset[str]
    aliases_unknown: bool
    certificate: Reference | None
    other_certificate: bool
    origins: tuple[Origin, ...]
    groups: Mapping[str, tuple[Text, ...]]
    behaviors: tuple[Behavior, ...]

    @property
    def default(self) -> Behavior | None:
        """The default cache behaviour."""
        return next((behavior for behavior in self.behaviors if behavior.path is None), None)

    def origins_of(self, target: Text) -> tuple[Origin, ...]:
        """The origins behind a behaviour's target, every member of an origin group; empty if it names none."""
        wanted = self.groups.get(target, (target,)) if isinstance(target, str) else ()
        return tuple(origin for origin in self.origins if isinstance(origin.id, str) and origin.id in wanted)


def distribution(state: State, kept: State | None = None) -> Distribution:
    """The distribution in a state."""
    inputs = state.inputs
    aliases = list(leaves(inputs.get("aliases")))
    viewer = mapping(inputs.get("viewerCertificate"))
    source = next((s for s in (state, kept) if s and s.id), None)
    return Distribution(
        urn=state.urn,
        id=text(source.id) if source else None,
        arn=computed("arn", state, kept),
        domain=_lower(computed("domainName", state, kept)),
        enabled=flag(inputs.get("enabled"), False),
        staging=inputs.get("staging") is True,
        aliases=frozenset(name.rstrip(".").lower() for name in aliases if isinstance(name, str)),
        aliases_unknown=any(not isinstance(name, str) and name is not None for name in aliases),
        certificate=_certificate(state, inputs.get("viewerCertificate")),
        other_certificate=viewer.get("iamCertificateId") is not None,
        origins=tuple(_origins(state)),
        groups=dict(_groups(inputs.get("originGroups"))),
        behaviors=tuple(_behaviors(state)),
    )


def _certificate(state: State, viewer: Value) -> Reference | None:
    arn = viewer if isinstance(viewer, Unknown) else text(mapping(viewer).get("acmCertificateArn"))
    return reference(state, "viewerCertificate", arn) if arn is not None else None


def _origins(state: State) -> Iterator[Origin]:
    for raw in items(state.inputs.get("origins")):
        given = mapping(raw)
        if isinstance(raw, Unknown):
            unknown = reference(state, "origins", raw)
            yield Origin(raw, unknown, unknown, Reference(None))
            continue
        identity = text(mapping(given.get("s3OriginConfig")).get("originAccessIdentity"))
        yield Origin(
            text(given.get("originId")),
            reference(state, "origins", _lower(text(given.get("domainName")))),
            reference(state, "origins", text(given.get("originAccessControlId"))),
            reference(state, "origins", identity),
        )


def _groups(value: Value) -> Iterator[tuple[str, tuple[Text, ...]]]:
    for raw in items(value):
        name = mapping(raw).get("originId")
        if isinstance(name, str):
            yield name, tuple(text(mapping(member).get("originId")) for member in items(mapping(raw).get("members")))


def _behaviors(state: State) -> Iterator[Behavior]:
    default = state.inputs.get("defaultCacheBehavior")
    if default is not None:
        yield _behavior(state, "defaultCacheBehavior", default, None)
    for raw in items(state.inputs.get("orderedCacheBehaviors")):
        yield _behavior(state, "orderedCacheBehaviors", raw, text(mapping(raw).get("pathPattern")) or "*")


def _behavior(state: State, key: str, raw: Value, path: Text) -> Behavior:
    given = mapping(raw)
    attached = [mapping(one).get("functionArn") for one in items(given.get("functionAssociations"))]
    return Behavior(
        path=path,
        target=raw if isinstance(raw, Unknown) else text(given.get("targetOriginId")),
        functions=tuple(reference(state, key, text(arn)) for arn in attached if arn is not None),
        cache_policy=reference(state, key, text(given.get("cachePolicyId"))),
        min_ttl=number(given.get("minTtl")),
        default_ttl=number(given.get("defaultTtl")),
        max_ttl=number(given.get("maxTtl")),
    )


def _lower(value: Text) -> Text:
    return value.rstrip(".").lower() if isinstance(value, str) else value
