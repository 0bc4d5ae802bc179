"""What each place holds now: every change of MiniStack's, at the moment it has reached the place.

Record sets reach name server i of n when (i+1)/n of `durations.record` has passed since the change; distributions reach
one edge location after the other too, in an order of their own for every change, within `durations.distribution`.
Certificates, functions, access controls and buckets take effect everywhere at once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slipway.cloud import clock
from slipway.cloud.internet import journal, reading
from slipway.cloud.internet.names import Names
from slipway.cloud.internet.reading import Fact
from slipway.cloud.internet.timeline import Subject, Timeline
from slipway.cloud.internet.world import Certificate, CloudWorld, Distribution, Origin, World, Zone
from slipway.cloud.provider.cloud import Cloud

__all__ = ["Histories", "PlaceWorld"]


@dataclass(frozen=True, slots=True)
class PlaceWorld:
    """A moment of the local cloud as one place holds it; see `World`. What was never asked about counts as absent."""

    cloud: Cloud
    zones: tuple[Zone, ...]
    distributions: tuple[Distribution, ...]
    staging: tuple[Distribution, ...]
    facts: Mapping[Fact, Any] = field(repr=False)

    def certificate(self, arn: str) -> Certificate | None:
        found: Certificate | None = self.facts.get(("certificate", arn))
        return found

    def has_function(self, arn: str) -> bool:
        return bool(self.facts.get(("function", arn)))

    def has_access(self, origin: Origin) -> bool:
        return bool(self.facts.get(("access", origin)))

    def has_bucket(self, name: str) -> bool:
        return bool(self.facts.get(("bucket", name)))

    def policy(self, bucket: str) -> str | None:
        found: str | None = self.facts.get(("policy", bucket))
        return found

    def file_status(self, distribution: Distribution, bucket: str) -> int | None:
        """Asks MiniStack, and waits for it."""
        return CloudWorld(self.cloud).file_status(distribution, bucket)


class Histories:
    """The places of one local cloud. `follow` keeps them up to date; all else may be asked at any time between."""

    def __init__(self, places: int, cloud: Cloud, directory: Path, now: Callable[[], float] = time.time) -> None:
        self.epoch = ""
        """Changes when MiniStack forgot everything."""
        self.heard = 0
        """Another number whenever the journal has told of any change, or begun anew."""
        self.loaded = asyncio.Event()
        """Set as soon as what stands in MiniStack has been read for the first time."""
        self._cloud, self._directory, self._now = cloud, directory, now
        self._places = [Timeline() for _ in range(places)]
        self._delegated: list[dict[str, str]] = [{} for _ in range(places)]
        self._facts: dict[Fact, Any] = {}
        self._latest: dict[Subject, Any] = {}
        self._worlds: dict[int, tuple[int, World, Names]] = {}

    async def follow(self, endpoint: str) -> None:
        """Take up whatever MiniStack's journal tells, until cancelled."""
        # Making a client takes a while, and MiniStack may still be starting.
        await asyncio.to_thread(lambda: [self._cloud.client(service) for service in ("route53", "cloudfront")])
        await journal.follow(endpoint, self.take)

    def version(self, place: int) -> int:
        """Another number whenever the world of the place may be another."""
        timeline = self._places[place]
        for subject, value in timeline.settle(self._now()):
            if subject[0] == reading.ZONE and value is not None:
                _delegate(self._delegated[place], value, timeline.held)
        return timeline.version

    def world(self, place: int) -> World:
        """The world as the place holds it now."""
        return self._moment(place)[0]

    def names(self, place: int) -> Names:
        """The zones that the place answers for now, and which of them the world delegates to."""
        return self._moment(place)[1]

    def _moment(self, place: int) -> tuple[World, Names]:
        version = self.version(place)
        known = self._worlds.get(place)
        if known is None or known[0] != version:
            held = self._places[place].held
            zones = tuple(value for (kind, _), value in held.items() if kind == reading.ZONE)
            every = [value for (kind, _), value in held.items() if kind == reading.DISTRIBUTION]
            primary, staging = (tuple(each for each in every if each.staging is which) for which in (False, True))
            world = PlaceWorld(self._cloud, zones, primary, staging, self._facts)
            known = (version, world, Names(zones, dict(self._delegated[place])))
            self._worlds[place] = known
        return known[1:]

    async def take(self, batch: journal.Batch) -> None:
        """Take a batch of the journal up, reading what it touched. Nothing is taken up if reading fails."""
        self.heard += bool(batch.entries) or batch.epoch != self.epoch
        if batch.epoch != self.epoch:
            await self._begin(batch)
            return
        touched = reading.touched(batch.entries, self._latest)
        facts = reading.stale(batch.entries, self._facts)
        if touched or facts:
            values, known = await asyncio.to_thread(reading.read, self._cloud, tuple(touched), facts, self._facts)
            self._know(known)
            for subject, value in values.items():
                self._spread(subject, value, touched[subject])

    async def _begin(self, batch: journal.Batch) -> None:
        """Another epoch: forget all, and hold what stands now at every place at once."""
        subjects = await asyncio.to_thread(reading.standing, self._cloud)
        values, known = await asyncio.to_thread(reading.read, self._cloud, subjects, (), {})
        self._latest = {}
        self._worlds.clear()
        self._places = [Timeline(each.version + 1) for each in self._places]
        self._delegated = [{} for _ in self._places]
        self._know(known)
        for subject, value in values.items():
            self._spread(subject, value, journal.Entry(batch.last, 0.0, ""))
        self.epoch = batch.epoch
        self.loaded.set()

    def _know(self, facts: dict[Fact, Any]) -> None:
        if facts != self._facts:
            self._facts = facts
            for place in self._places:
                place.version += 1

    def _spread(self, subject: Subject, value: Any, entry: journal.Entry) -> None:
        """Send what is new to every place."""
        if self._latest.get(subject) == value:
            return
        self._latest[subject] = value
        order = list(range(len(self._places)))
        pace = replace(clock.read(self._directory), scale=entry.scale)
        lasting = pace.durations.record
        if subject[0] == reading.DISTRIBUTION:
            random.Random(entry.n).shuffle(order)  # noqa: S311 an order, no secret
            lasting = pace.durations.distribution
        for turn, place in enumerate(order, start=1):
            when = entry.at + pace.real(lasting) * turn / len(order)
            self._places[place].expect(when, entry.n, subject, value)


def _delegate(parents: dict[str, str], zone: Zone, standing: Container[Subject]) -> None:
    """Keep up what the world outside delegates to: of two zones of a name the first, and nobody changes that when it
    goes; but of a zone that is made when none of its name stands, the registrar is told."""
    if (reading.ZONE, parents.get(zone.name)) not in standing:
        parents[zone.name] = zone.id
