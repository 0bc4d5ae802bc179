"""The minutes of a distribution: those that are known, those without a request, and those that have not come yet.

A minute is a whole number: minutes since 1970 in UTC. It is named by its beginning.

CloudWatch gives a minute some time after it has ended, and corrects it for a while. Nobody promises how long; readers
of CloudFront's metrics have found them settled after two minutes (prometheus-community/yet-another-cloudwatch-exporter,
issues 1549 and 1796), and take ten as what is surely enough (prometheus/cloudwatch_exporter, issue 396).

Logs come later, edge by edge: CloudFront's usually within an hour, now and then after a day (Amazon CloudFront
developer guide, *Access logs*). Until then a minute may be there in part, and its share of errors tells more than its
number of requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["LOGS", "METRICS", "Arrival", "Point", "Series", "assemble"]

_SILENT = 3  # minutes in a row without data that did not get lost on the way


@dataclass(frozen=True, slots=True)
class Arrival:
    """How minutes come, in minutes after their end: `settled`, when they are used; `late`, when one that has not come
    never will. Those of `related` services come at one time, and whole, and clients that fail with one ask another."""

    settled: int
    late: int
    related: bool


METRICS, LOGS = Arrival(2, 10, related=True), Arrival(2, 60, related=False)


@dataclass(frozen=True, slots=True)
class Point:
    """One minute of a distribution: viewer requests, percentages of them that failed, and bytes sent to viewers."""

    minute: int
    requests: float
    error_rate: float
    rate_4xx: float
    rate_5xx: float
    bytes: float

    @property
    def successes(self) -> float:
        """Requests that were answered without an error: a redirect is one, too."""
        return self.requests * (1 - min(self.error_rate, 100.0) / 100)

    @property
    def errors_4xx(self) -> float:
        """Requests that were answered with a 4xx."""
        return self.requests * self.rate_4xx / 100

    @property
    def errors_5xx(self) -> float:
        """Requests that were answered with a 5xx."""
        return self.requests * self.rate_5xx / 100


@dataclass(frozen=True, slots=True)
class Series:
    """The known minutes of a service, oldest first. Before `until` nothing more is expected to come; from `whole` on,
    there may be requests that have not come yet."""

    service: str
    points: tuple[Point, ...]
    until: int
    whole: int


def assemble(
    read: Mapping[str, Mapping[int, Point]], *, start: int, now: float, arrival: Arrival = METRICS
) -> tuple[Series, ...]:
    """One series a service for the minutes from `start` on; `now` is in minutes as well.

    CloudFront sends nothing for a minute without requests, so a minute that is missing was silent, is late, or got
    lost. Three in a row were silent, if another distribution's metrics of that time have come: metrics do arrive. Where
    none have, ten minutes must pass. One or two were lost. Logs of one CDN show nothing about another's: it is always
    an hour that must pass.
    """
    settled = int(now - arrival.settled)  # the first minute that is not
    due = whole = int(now - arrival.late)
    if arrival.related:
        delivered = (minute for points in read.values() for minute in points if minute < settled)
        due, whole = max(due, max(delivered, default=start - 1) + 1), settled
    return tuple(_series(service, points, start, settled, max(start, due), whole) for service, points in read.items())


def _series(service: str, points: Mapping[int, Point], start: int, settled: int, due: int, whole: int) -> Series:
    """The minutes before `due` should have come; an end that is not yet three minutes of silence is left open."""
    here = sorted(minute for minute in points if start <= minute < settled)
    newest = here[-1] if here else start - 1
    until = due if due - newest > _SILENT else newest + 1
    filled: list[Point] = []
    for before, minute in pairwise((start - 1, *here, until)):
        if minute - before > _SILENT:
            filled += (Point(missing, 0.0, 0.0, 0.0, 0.0, 0.0) for missing in range(before + 1, min(minute, whole)))
        if minute < until:
            filled.append(points[minute])
    return Series(service, tuple(filled), until, whole)
