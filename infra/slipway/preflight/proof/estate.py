"""Everything a hostname may rest on, as things, and what their references mean: looked up by value, or by URN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

import msgspec

from slipway.plan import Unknown
from slipway.plan.order import Order
from slipway.preflight.aws.lives import Version
from slipway.preflight.aws.scene import Scene
from slipway.preflight.proof.things import Effect, Thing, thing_of, thing_of_life
from slipway.preflight.resources import (
    ACCESS,
    BUCKET,
    BUCKET_POLICY,
    CERTIFICATE,
    DISTRIBUTION,
    FUNCTION,
    VALIDATION,
    ZONE,
    Bucket,
    BucketPolicy,
    Certificate,
    Distribution,
    Function,
    OriginAccess,
    Reference,
    Text,
    Zone,
    bucket,
    bucket_policy,
    certificate,
    function,
    origin_access,
    validation,
    zone,
)

__all__ = ["Estate", "Register", "estate_of"]

View = TypeVar("View")


class Register(msgspec.Struct, Generic[View]):
    """The things of one kind, by the values they are named by and by URN (its newest generation); `unnamed` are those
    that stand already, and the preview does not say by which value."""

    by_value: dict[str, Thing[View]] = msgspec.field(default_factory=dict)
    by_urn: dict[str, Thing[View]] = msgspec.field(default_factory=dict)
    by_key: dict[Hashable, Thing[View]] = msgspec.field(default_factory=dict)
    unnamed: dict[str, Thing[View]] = msgspec.field(default_factory=dict)

    def named(self, reference: Reference) -> tuple[Thing[View], ...] | None:
        """What is meant: () if it is known, and not in this plan; None if the preview does not know. An unknown value
        with several possible sources may be any of them."""
        if (value := reference.known) is not None:
            if (found := self.by_value.get(value)) is not None:
                return (found,)
            return tuple(self.unnamed[urn] for urn in dict.fromkeys(reference.sources) if urn in self.unnamed)
        return tuple(self.by_urn[urn] for urn in dict.fromkeys(reference.sources) if urn in self.by_urn) or None


class Estate(msgspec.Struct, frozen=True, gc=False):
    """Read only once it is built. `issuers`: for each certificate thing, the operations of which any one means that it
    is issued; None where it is issued already. `policies` are by the bucket they are of. `unlisted` distributions have
    aliases that the preview does not know."""

    order: Order
    zones: Register[Zone]
    distributions: Register[Distribution]
    certificates: Register[Certificate]
    issuers: Mapping[object, frozenset[int] | None]
    validated: Mapping[str, Reference]
    buckets: Register[Bucket]
    policies: Mapping[object, Thing[BucketPolicy]]
    functions: Register[Function]
    accesses: Register[OriginAccess]
    aliases: Mapping[str, tuple[Thing[Distribution], ...]]
    unlisted: tuple[Thing[Distribution], ...]

    def certificate_of(self, reference: Reference) -> tuple[Thing[Certificate], ...] | None:
        """The certificate that an ARN means, also one that a validation passes on."""
        if reference.known is None:
            for urn in reference.sources:
                if urn in self.validated and (found := self.certificates.named(self.validated[urn])) is not None:
                    return found
        return self.certificates.named(reference)


def estate_of(scene: Scene) -> Estate:
    """The things of a plan; linear in its steps."""
    order = scene.order
    buckets = _register(scene, BUCKET, lambda v: bucket(v.state, v.seen), lambda b: (*b.names, *b.hosts))
    certificates = _register(scene, (CERTIFICATE,), lambda v: _certificate(scene, v), lambda c: (c.arn,))
    distributions = _register(scene, (DISTRIBUTION,), scene.distribution, _distribution_names)
    validated = {
        life.urn: validation(life.versions[-1].state).certificate
        for life in scene.of(VALIDATION)
        if life.end is None and not life.let_go
    }
    return Estate(
        order=order,
        zones=_register(scene, (ZONE,), lambda v: zone(v.state, v.seen), lambda z: z.ids),
        distributions=distributions,
        certificates=certificates,
        issuers=_issuers(scene, certificates),
        validated=validated,
        buckets=buckets,
        policies=_policies(scene, buckets),
        functions=_register(
            scene,
            (FUNCTION,),
            lambda v: function(v.state, v.seen),
            lambda f: (f.arn,),
        ),
        accesses=_register(scene, ACCESS, lambda v: origin_access(v.state, v.seen), lambda a: a.paths),
        aliases=_aliases(distributions),
        unlisted=tuple(t for t in distributions.by_key.values() if any(view.aliases_unknown for _, view in t.present)),
    )


def _register(
    scene: Scene, types: tuple[str, ...], view: Callable[[Version], View], names: Callable[[View], Iterable[Text]]
) -> Register[View]:
    register: Register[View] = Register()
    for number, life in enumerate(scene.of(*types)):
        thing = thing_of_life((types[0], number), life, view, scene.order)
        register.by_key[thing.key] = thing
        for _, seen in thing.present:
            for value in names(seen):
                if isinstance(value, Unknown) and thing.initial is not None:
                    register.unnamed[life.urn] = thing
                # What stands already is what a known value means.
                elif isinstance(value, str) and (value not in register.by_value or thing.initial is not None):
                    register.by_value[value] = thing
        if life.born is not None or life.urn not in register.by_urn:
            register.by_urn[life.urn] = thing
    return register


def _distribution_names(view: Distribution) -> Iterable[Text]:
    return view.domain, view.id, view.arn


def _certificate(scene: Scene, version: Version) -> Certificate:
    return certificate(version.state, version.seen, scene.provider(version.state))


def _issuers(scene: Scene, certificates: Register[Certificate]) -> dict[object, frozenset[int] | None]:
    """A certificate that stands is issued: what it serves is the baseline."""
    issued: dict[object, frozenset[int] | None] = {}
    waits: dict[object, set[int]] = defaultdict(set)
    for life in scene.of(VALIDATION):
        for version in life.versions:
            for thing in certificates.named(validation(version.state).certificate) or ():
                if version.since is not None:
                    waits[thing.key].add(version.since.index)
    for thing in certificates.by_key.values():
        view = thing.newest
        stands = thing.initial is not None or (view is not None and not view.needs_proof)
        issued[thing.key] = None if stands else frozenset(waits[thing.key])
    return issued


def _policies(scene: Scene, buckets: Register[Bucket]) -> dict[object, Thing[BucketPolicy]]:
    """One policy for each bucket, whoever writes it."""
    initial: dict[object, BucketPolicy] = {}
    effects: dict[object, list[Effect[BucketPolicy]]] = defaultdict(list)
    for life in scene.of(BUCKET_POLICY):
        for version in life.versions:
            view = bucket_policy(version.state)
            key = _bucket_key(view.bucket, buckets)
            if version.since is None:
                initial[key] = view
            else:
                effects[key].append(Effect(version.since.index, view))
        if life.end is not None:
            effects[_bucket_key(bucket_policy(life.versions[-1].state).bucket, buckets)].append(
                Effect(life.end.index, None)
            )
    keys = dict.fromkeys((*initial, *effects))
    return {key: thing_of(("policy", key), initial.get(key), effects[key], scene.order) for key in keys}


def _bucket_key(reference: Reference, buckets: Register[Bucket]) -> object:
    found = buckets.named(reference)
    return found[0].key if found else ("bucket", reference.known or reference.sources)


def _aliases(distributions: Register[Distribution]) -> dict[str, tuple[Thing[Distribution], ...]]:
    """Distributions by every alias that any of their contents has."""
    found: dict[str, dict[object, Thing[Distribution]]] = defaultdict(dict)
    for thing in distributions.by_key.values():
        for _, view in thing.present:
            for alias in view.aliases:
                found[alias][thing.key] = thing
    return {alias: tuple(things.values()) for alias, things in found.items()}
