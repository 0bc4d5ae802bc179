"""When do the answers for a host fail? Each record set of the name, what it leads to, and how they combine.

dead    no answer works: every record set is gone, silent, or leads to something that fails
broken  some answer that is given fails
cached  some answer that a resolver may still hold fails (whatever stands there by then)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import msgspec

from slipway.preflight.proof.condition import ALWAYS, Condition, all_of, both, merged, minimal, possible
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.records import Key, Names
from slipway.preflight.proof.routing import Route
from slipway.preflight.proof.shares import Shares
from slipway.preflight.proof.things import Thing
from slipway.preflight.resources import Distribution, RecordSet, Reference

__all__ = ["MAX_HOPS", "Answers", "Question"]

MAX_HOPS = 8
CLOUDFRONT = ".cloudfront.net"
Question: TypeAlias = Literal["dead", "broken", "cached"]


class Answers(msgspec.Struct):
    """The answers for one host, and for the names they lead through. `outside` are targets beyond the plan that are
    taken as serving; `notes` collects what was."""

    host: str
    names: Names
    estate: Estate
    route: Route
    outside: frozenset[str]
    new: bool
    notes: set[str] = msgspec.field(default_factory=set)
    _known: dict[tuple[str, Question, int], list[Condition]] = msgspec.field(default_factory=dict)

    def when(self, question: Question, name: str = "", hops: int = 0) -> list[Condition]:
        """The possible conditions under which the answer to the question is yes. Raises TooMany."""
        name = name or self.host
        if hops > MAX_HOPS:
            return [ALWAYS.because("loop", f"{self.host} leads through more than {MAX_HOPS} names")]
        for key in ((name, question, 0), (name, question, hops)):
            if key in self._known:
                return self._known[key]
        found = self._dead(name, hops) if question == "dead" else list(self._some(name, question, hops))
        found = minimal(c for c in found if possible(c, self.estate.order))
        # Only what depends on where a circle was entered depends on the number of hops.
        circle = any(reason.fault == "loop" for condition in found for reason in condition.reasons)
        gap = name == self.host
        self._known[name, question, hops if circle or gap else 0] = found
        return found

    def dead_once_answered(self) -> list[Condition]:
        """When no answer works although there is one: what a new name must never be. Raises TooMany."""
        return self._ways(self.host, 0)[0]

    def _dead(self, name: str, hops: int) -> list[Condition]:
        failing, bare = self._ways(name, hops)
        return minimal([*failing, *self._behind_the_wildcard(name, bare, hops)])

    def _ways(self, name: str, hops: int) -> tuple[list[Condition], list[Condition]]:
        """When no answer works although there is one, and when there is none at all. Raises TooMany."""
        things, order = self.names.things.get(name, ()), self.estate.order
        shares = Shares(things)
        failing: list[Condition] = []
        bare: list[Condition] = [ALWAYS]
        for thing in things:
            given, gone = list(self._failing(thing, shares, hops)), list(_gone(thing, name))
            failing = minimal([*merged(failing, [*given, *gone], order), *merged(bare, given, order)])
            bare = merged(bare, gone, order)
        return failing, bare

    def _behind_the_wildcard(self, name: str, bare: list[Condition], hops: int) -> list[Condition]:
        """Where a name has no record set, the wildcard of its zone answers for it."""
        wildcard = self.names.wildcard(name)
        if not wildcard or not bare:
            return bare
        return merged(bare, self.when("dead", wildcard, hops), self.estate.order)

    def _failing(self, thing: Thing[RecordSet], shares: Shares, hops: int) -> Iterator[Condition]:
        """The ways in which one record set is there and gives no answer that works."""
        for content, view in thing.present:
            for failing in self._fails(thing, view, "dead", hops):
                yield from self._joined(content.when, failing)
            if view.weight == 0:
                yield from (when for peer in shares.louder(thing) for when in self._joined(content.when, peer))

    def _some(self, name: str, question: Question, hops: int) -> Iterator[Condition]:
        things = self.names.things.get(name, ())
        shares = Shares(things)
        for thing in things:
            for content, view in thing.present:
                asked: list[Condition] = [content.when]
                if view.weight == 0:
                    asked = all_of([[content.when], *shares.quiet(thing)], self.estate.order)
                if question == "cached":  # Answered once, it may be held for as long as the apply takes.
                    asked = [Condition(one.applied, certain=one.certain) for one in asked]
                failing = self._fails(thing, view, question, hops) if asked else []
                yield from (when for one in asked for fault in failing for when in self._joined(one, fault))
        if question == "broken":
            yield from self._unanswered(name, things)
        if hops and things:  # A name that an answer leads to may be missing altogether.
            gaps = [[c.when.because("no-record", f"{name} does not resolve") for c in t.absent] for t in things]
            yield from all_of(gaps, self.estate.order)

    def _unanswered(self, name: str, things: Sequence[Thing[RecordSet]]) -> Iterator[Condition]:
        """When some clients get no answer who got one before: those of a place, or those that speak IPv4 alone."""
        first = [thing for thing in things if thing.initial is not None]
        for thing in first:
            if thing.initial is not None and thing.initial.routing == "geolocation":
                rest = [peer for peer in things if peer is not thing and any(v.is_default for _, v in peer.present)]
                yield from self._all_absent([thing, *rest], f"some places get no answer for {name}")
        four = [thing for thing in things if _type(thing) in ("A", "CNAME")]
        if len(four) < len(things) and any(thing in first for thing in four):
            yield from self._all_absent(four, f"clients without IPv6 get no answer for {name}")

    def _all_absent(self, things: Sequence[Thing[RecordSet]], words: str) -> Iterator[Condition]:
        yield from all_of([[c.when.because("no-record", words) for c in t.absent] for t in things], self.estate.order)

    def _joined(self, one: Condition, other: Condition) -> Iterator[Condition]:
        if (found := both(one, other)) is not None and possible(found, self.estate.order):
            yield found

    def _fails(self, thing: Thing[RecordSet], view: RecordSet, question: Question, hops: int) -> list[Condition]:
        """When this answer leads to something that fails."""
        found = list(self._zone(thing))
        for reference in view.targets[:1] if view.is_alias or view.type == "CNAME" else view.targets:
            found += self._target(view, reference, question, hops)
        if not view.targets:
            found.append(ALWAYS.because("unknown", "nobody knows yet where its record leads", certain=False))
        return found

    def _zone(self, thing: Thing[RecordSet]) -> Iterator[Condition]:
        """The record set goes with its zone; and the parent of a replaced zone still delegates to the old one."""
        key = thing.key
        zone = self.estate.zones.by_key.get(key.zone) if isinstance(key, Key) else None
        if zone is None:
            return
        yield from (c.when.because("no-zone", "its zone is deleted") for c in zone.absent if c.by is not None)
        if zone.initial is None and not self.new:
            yield ALWAYS.because("no-zone", "the parent zone does not delegate to its new zone")

    def _target(self, view: RecordSet, reference: Reference, question: Question, hops: int) -> list[Condition]:
        named = self.estate.distributions.named(reference)
        if named:
            return [*self.route.failing, *self.route.unclaimed, *self._edge(named, view)]
        target = reference.known
        if target is None:
            return self._unknown_target(reference, question, hops)
        name = target if target in self.names.things else self.names.wildcard(target)
        if name in self.names.things and view.type in ("CNAME", "A", "AAAA"):
            return self.when(question, name, hops + 1)
        if target.endswith(CLOUDFRONT):
            self.notes.add(f"distribution {target}")
            return [*self.route.failing, *self._outside(target)]
        return self._outside(target)

    def _unknown_target(self, reference: Reference, question: Question, hops: int) -> list[Condition]:
        through = [self.names.by_urn[urn] for urn in reference.sources if urn in self.names.by_urn]
        if through:
            return [condition for name in through for condition in self.when(question, name, hops + 1)]
        return [ALWAYS.because("unknown", "nobody knows yet where its record leads", certain=False)]

    def _edge(self, named: tuple[Thing[Distribution], ...], view: RecordSet) -> Iterator[Condition]:
        """The domain that the record leads to must be that of a distribution that is there and enabled."""
        for thing in named:
            for content in thing.absent:
                words = "deleted" if content.by is not None else "not there yet"
                yield content.when.because("gone", f"the distribution that its record leads to is {words}")
            was_off = thing.initial is not None and thing.initial.enabled is False
            for content, seen in thing.present:
                if seen.enabled is False and not was_off:
                    yield content.when.because("disabled", "the distribution that its record leads to is disabled")

    def _outside(self, target: str) -> list[Condition]:
        """What the plan does not hold is taken as serving if it served before, or was declared to."""
        self.notes.add(target)
        if target in self.outside:
            return []
        words = f"nobody knows whether {target}, which is outside the plan, serves it"
        return [ALWAYS.because("outside", words, certain=False)]


def _gone(thing: Thing[RecordSet], name: str) -> Iterator[Condition]:
    """When a record set is not there. A delete that comes after another operation wrote it removes what that wrote."""
    written = {late for content, _ in thing.present if content.by is not None for late in content.when.pending}
    for content in thing.absent:
        if content.by in written:
            words = f"the record set of {name} is removed, the one just written in place of the old one"
            yield content.when.because("overwritten", words)
        else:
            words = f"{name} has no record set" if content.by is None else f"the record set of {name} is removed"
            yield content.when.because("no-record", words)


def _type(thing: Thing[RecordSet]) -> str:
    return thing.key.type if isinstance(thing.key, Key) else ""
