"""What users met while an apply ran: from single probes to requests, failures and dark seconds of every hostname. Pure.

All times are seconds of the cloud's own clock since the first operation began; what lies before is negative. A name is
dark from the moment a probe that failed was begun until the next one of the same kind of user that succeeded was begun:
two kinds of users ask for it, those whose resolver keeps answers (`cached`) and those who ask afresh (`fresh`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import Literal, TypeAlias

__all__ = ["Operation", "Probe", "Span", "Timeline", "Watched", "union", "watched"]

Way: TypeAlias = Literal["cached", "fresh"]
WAYS: tuple[Way, ...] = ("cached", "fresh")
_ABSENT = frozenset({"no-name", "no-address"})
_NO_ANSWER = _ABSENT | {"no-dns"}


@dataclass(frozen=True, slots=True)
class Probe:
    """One attempt of one user to fetch a file of a name. `fault` is the kind of failure, empty if it succeeded:
    no-name, no-address, no-dns, connect, tls, http, bytes; `detail` says what came."""

    name: str
    way: Way
    began: float
    ended: float
    fault: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the engine, from when the provider began it until the engine heard of its end; None if it never
    did. `failure` is what the provider said, empty if it was done."""

    op: str
    urn: str
    began: float
    ended: float | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What users met of one hostname. `dark`: when at least one kind of user got nothing; `held`: the part of that in
    which only resolvers' old answers were to blame. `served_first`: when it was first served at all; None if never.
    `served_last`: whether it was in the end."""

    name: str
    requests: int
    failures: Mapping[str, int]
    dark: tuple[Span, ...] = ()
    held: tuple[Span, ...] = ()
    served_first: float | None = None
    served_last: bool = True
    example: str = ""

    @property
    def dark_seconds(self) -> float:
        return sum(span.seconds for span in self.dark)

    @property
    def outright(self) -> tuple[Span, ...]:
        """When those who asked afresh got nothing either."""
        return _without(self.dark, self.held)

    @property
    def held_seconds(self) -> float:
        return sum(span.seconds for span in self.held)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One run: the operations, what users met of every hostname, and when the apply and the watching ended."""

    operations: tuple[Operation, ...]
    hostnames: tuple[Watched, ...]
    applied: float
    ended: float
    notes: tuple[str, ...] = field(default=())


def watched(
    probes: Iterable[Probe], names: Sequence[str], ended: float, *, new: Container[str] = ()
) -> tuple[Watched, ...]:
    """What users met of each name, in the order of `names`. A name is counted from its first answer, one that
    was broken before the apply from when it is first served; what still fails in the end is dark until `ended`.

    Whoever asks for a `new` name too early is told that there is none, and may remember that: name servers hear of it
    one after the other. So its absence is no failure; what it leads to, once it answers, has to serve.
    """
    by_name: dict[str, list[Probe]] = defaultdict(list)
    for probe in probes:
        by_name[probe.name].append(probe)
    return tuple(
        _watched(name, sorted(by_name[name], key=lambda probe: probe.began), ended, name in new) for name in names
    )


def _watched(name: str, probes: list[Probe], ended: float, new: bool) -> Watched:
    first = next((probe.began for probe in probes if not probe.fault), None)
    since = _since(probes, first)
    counted = [probe for probe in probes if probe.began >= since and not (new and probe.fault in _ABSENT)]
    failed = [probe for probe in counted if probe.fault]
    spans = {way: tuple(_spans([probe for probe in counted if probe.way == way], ended)) for way in WAYS}
    return Watched(
        name,
        requests=len(counted),
        failures=dict(Counter(probe.fault for probe in failed)),
        dark=union(*spans.values()),
        held=_without(spans["cached"], spans["fresh"]),
        served_first=first,
        served_last=not any(probe.fault for probe in probes[-len(WAYS) :]),
        example=failed[0].detail if failed else "",
    )


def _since(probes: Sequence[Probe], served: float | None) -> float:
    """From when on a name has to serve: from its first answer. What was broken before the apply is not its doing, and
    only has to stay once it has begun to serve."""
    answered = next((probe for probe in probes if probe.fault not in _NO_ANSWER), None)
    if answered is None:
        return _lost_since(probes)
    if answered.fault and answered.began < 0:
        return math.inf if served is None else served
    return answered.began


def _lost_since(probes: Sequence[Probe]) -> float:
    """From when on a name that was not there leads nowhere, and does so to the end, as one of a circle does."""
    lost = list(takewhile(lambda probe: probe.fault not in _ABSENT, reversed(probes)))
    return lost[-1].began if 0 < len(lost) < len(probes) else math.inf


def _spans(probes: Sequence[Probe], ended: float) -> Iterator[Span]:
    """The stretches of failed probes, each until the next that succeeded."""
    stretches = [(bool(fault), list(group)) for fault, group in groupby(probes, key=lambda probe: bool(probe.fault))]
    for index, (failed, group) in enumerate(stretches):
        if failed:
            after = stretches[index + 1][1][0].began if index + 1 < len(stretches) else max(ended, group[-1].ended)
            yield Span(group[0].began, after)


def union(*several: Iterable[Span]) -> tuple[Span, ...]:
    """The moments that lie in any of them, as spans that do not touch."""
    joined: list[Span] = []
    for span in sorted((span for spans in several for span in spans), key=lambda span: span.began):
        if joined and span.began <= joined[-1].ended:
            joined[-1] = Span(joined[-1].began, max(joined[-1].ended, span.ended))
        else:
            joined.append(span)
    return tuple(joined)


def _without(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The moments of the first that lie in none of the others."""
    left = list(union(spans))
    for other in others:
        left = [part for span in left for part in _cut(span, other)]
    return tuple(left)


def _cut(span: Span, other: Span) -> Iterator[Span]:
    if other.ended <= span.began or other.began >= span.ended:
        yield span
        return
    if span.began < other.began:
        yield Span(span.began, other.began)
    if other.ended < span.ended:
        yield Span(other.ended, span.ended)
