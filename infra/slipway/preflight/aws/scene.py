"""Plan -> `Scene`: every real thing of the plan by type, and the order in which things come and go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from slipway.plan import Plan, State, Step, provider_urn
from slipway.plan.operations import Operation
from slipway.plan.order import Order
from slipway.preflight.aws.claims import Claim, Key, claims_by
from slipway.preflight.aws.lives import Life, Version, lives_of
from slipway.preflight.aws.records import Records, records_of
from slipway.preflight.aws.viewer import Attachment, attachments
from slipway.preflight.names import RECORD, ZONE
from slipway.preflight.resources import DISTRIBUTION, Distribution, distribution

__all__ = ["Scene", "scene_of"]

_PROVIDERS = "pulumi:providers:"


class Scene(msgspec.Struct, frozen=True, dict=True):
    """Everything that predictions look at. Read only."""

    order: Order
    lives: Mapping[str, tuple[Life, ...]]
    by_urn: Mapping[str, tuple[Life, ...]]
    providers: Mapping[str, State]
    _views: dict[int, Distribution] = msgspec.field(default_factory=dict)

    @cached_property
    def touched(self) -> frozenset[str]:
        """The types of which this plan creates, updates or deletes something."""
        states = (state for each in self.order.operations for state in (each.old, each.new) if state)
        return frozenset(state.type for state in states)

    @cached_property
    def records(self) -> Records:
        """Who holds which record set, worked out once for all that ask."""
        return records_of(self.of(RECORD), self.of(ZONE))

    @cached_property
    def aliases(self) -> Mapping[Key, list[Claim]]:
        """Which distribution has which alias when, grouped by alias; nothing if no distribution is touched."""
        return claims_by(
            self.contested(DISTRIBUTION), lambda version: [(a,) for a in sorted(self.distribution(version).aliases)]
        )

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """Which distribution gets which certificate or further aliases, worked out once as well."""
        return tuple(attachments(self))

    def distribution(self, version: Version) -> Distribution:
        """The distribution in a version, read once."""
        if id(version) not in self._views:
            self._views[id(version)] = distribution(version.state, version.seen)
        return self._views[id(version)]

    def of(self, *types: str) -> Iterator[Life]:
        """Every life of resources of these types, in engine order."""
        for type_ in types:
            yield from self.lives.get(type_, ())

    def contested(self, *types: str) -> Iterator[Life]:
        """Every life of these types if the plan does anything to one of them: what all leave alone, none contests."""
        return self.of(*types) if any(life.is_touched for life in self.of(*types)) else iter(())

    def made(self, *types: str) -> Iterator[tuple[Life, Version | None, Version, Operation]]:
        """Every version that this plan creates or updates, with the version before it and the operation."""
        for life in self.of(*types):
            for before, version in zip((None, *life.versions), life.versions, strict=False):
                if version.since is not None:
                    yield life, before, version, version.since

    def deleted(self, *types: str) -> Iterator[tuple[Life, Version, Operation]]:
        """Every life that this plan ends, with its last version and the operation."""
        for life in self.of(*types):
            if life.end is not None:
                yield life, life.versions[-1], life.end

    def provider(self, state: State) -> State | None:
        """The resource's provider, as it is when it manages this state: one that is replaced is two. None for a default
        one, whose configuration no plan holds."""
        return self.providers.get(state.provider) or self.providers.get(provider_urn(state.provider))


def scene_of(plan: Plan, order: Order) -> Scene:
    """Index a plan; linear in its steps."""
    acting: dict[str, list[Operation]] = defaultdict(list)
    for operation in order.operations:
        acting[operation.urn].append(operation)
    steps: dict[str, list[Step]] = defaultdict(list)
    providers: dict[str, State] = {}
    for step in plan.steps:
        if isinstance(step, Step) and (state := step.new or step.old) and state.custom:
            steps[step.urn].append(step)
            if state.type.startswith(_PROVIDERS):
                _keep(providers, step)
    by_urn = {urn: lives_of(urn, group, acting.get(urn, ())) for urn, group in steps.items()}
    lives: dict[str, list[Life]] = defaultdict(list)
    for found in by_urn.values():
        for life in found:
            lives[life.versions[0].state.type].append(life)
    return Scene(order, {type_: tuple(found) for type_, found in lives.items()}, by_urn, providers)


def _keep(providers: dict[str, State], step: Step) -> None:
    """Keep what stands by its reference, and what comes by its URN: its id is not known yet."""
    if step.old is not None:
        providers[f"{step.urn}::{step.old.id}"] = step.old
    if step.new is not None:
        providers[step.urn] = step.new
