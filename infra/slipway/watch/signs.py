"""What is wrong with one minute: every service's numbers beside what is usual for it.

Metrics know no paths, only distributions; and on 2023-07-20 the errors lay outside the CDN altogether. So what fails
shows in what is missing: files that are no longer fetched, while somebody asks again and again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from slipway.watch.series import Point
from slipway.watch.usual import ENOUGH, Baseline, Usual

__all__ = ["Kind", "Limits", "Number", "Reading", "Sign", "find"]

# Requests a minute below which a multiple of the usual is nothing that an origin or a person would notice, as in
# components/alarms.py.
_BUSY = 1000
# Clients that try three times and fail every time add two requests for each success that is lost: where requests are
# half as many again, a quarter of the successes is gone, and every other request fails. Shares of the usual successes,
# and of the usual successes a request.
_NO_MORE, _HALF = 1.1, 0.55
# What a success that is lost elsewhere adds in requests here: clients that give up at once, and those that do not.
_FEWEST_TRIES, _MOST_TRIES = 0.5, 5.0
_POINTS_4XX = 20.0  # percentage points above the usual range; scanners alone cause a few
_SURE = 4  # standard deviations


class Kind(StrEnum):
    """What can be wrong."""

    RETRY_STORM = "retry-storm"
    RISE_5XX = "5xx-rise"
    RISE_4XX = "4xx-rise"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Limits:
    """`slipway:alarms.error_percent` and `slipway:alarms.surge_factor`: the watch and the alarms agree."""

    error_percent: float = 1.0
    surge_factor: float = 2.0


@dataclass(frozen=True, slots=True)
class Number:
    """A measured number beside the usual one: of requests, successes, bytes (all by the minute) or a percentage."""

    service: str
    what: str
    value: float
    usual: float


@dataclass(frozen=True, slots=True)
class Sign:
    """`service` has `kind` in this minute, by these numbers; the first is its own."""

    kind: Kind
    service: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A service in one minute: the newest points, this minute's last, and the baseline with what speaks against it.
    More of its requests may still come unless it is `whole`."""

    service: str
    newest: tuple[Point, ...]
    baseline: Baseline | None
    doubt: str
    whole: bool = True

    @property
    def point(self) -> Point:
        """This minute."""
        return self.newest[-1]

    def number(self, what: str, value: float, usual: Usual | float) -> Number:
        """A number of this service."""
        return Number(self.service, what, value, usual.middle if isinstance(usual, Usual) else usual)


def find(readings: Sequence[Reading], limits: Limits, related: bool = True) -> Iterator[Sign]:
    """Everything that is wrong with this minute, service by service. What a doubtful baseline says is not used; where
    services are not `related`, requests that are lost with one and more with another were moved, by a weight."""
    for reading in readings:
        yield from _rise_5xx(reading, limits)
        if reading.baseline and not reading.doubt:
            yield from _retry_storm(reading, reading.baseline, limits)
            yield from _rise_4xx(reading, reading.baseline)
            if reading.whole:
                yield from _silence(reading, reading.baseline)
    if related:
        yield from _storm_around_another(readings)


def _rise_5xx(reading: Reading, limits: Limits) -> Iterator[Sign]:
    """In this minute, or in the newest few together where one alone is too few to be sure.

    This needs no baseline: a new distribution has none, and its errors are errors.
    """
    usual = reading.baseline.rate_5xx if reading.baseline else 0.0
    limit = max(limits.error_percent, 2 * usual)
    if reading.point.rate_5xx <= limit:
        return
    for points in (reading.newest[-1:], reading.newest):
        requests, errors = sum(point.requests for point in points), sum(point.errors_5xx for point in points)
        if requests >= ENOUGH and errors > _surely_above(requests * limit / 100):
            rate = reading.number("5xx %", 100 * errors / requests, usual)
            yield Sign(Kind.RISE_5XX, reading.service, (rate, *_requests(reading)))
            return


def _surely_above(expected: float) -> float:
    """The count that chance does not reach where `expected` is the mean; two more, since a mean near 0 is no normal."""
    return expected + _SURE * math.sqrt(expected) + 2


def _retry_storm(reading: Reading, baseline: Baseline, limits: Limits) -> Iterator[Sign]:
    """Requests are up, and successes or bytes are not."""
    point = reading.point
    if not baseline.requests.is_more(point.requests):
        return
    more, succeed = point.requests / baseline.requests.middle, point.successes / (baseline.successes.middle or math.inf)
    failing = succeed <= _HALF * more and baseline.successes.is_low(point.successes)
    empty = baseline.bytes.is_less(point.bytes, counted=False)
    surge = point.requests >= limits.surge_factor * max(baseline.requests.middle, _BUSY) and succeed <= _NO_MORE
    if failing or empty or surge:
        successes = reading.number("successes", point.successes, baseline.successes)
        known = baseline.bytes.high > 0 or point.bytes > 0
        sent = (reading.number("bytes", point.bytes, baseline.bytes),) if known else ()
        yield Sign(Kind.RETRY_STORM, reading.service, (*_requests(reading), successes, *sent))


def _storm_around_another(readings: Sequence[Reading]) -> Iterator[Sign]:
    """One service's requests are up while another's successes are down.

    So it was on 2023-07-20: the download URLs that clients were sent to led nowhere. The service that hands them out
    was asked three times as often, and answered well; the files' own distribution was hardly asked any more.
    """
    sure = [(reading, reading.baseline) for reading in readings if reading.baseline and not reading.doubt]
    fallen = [(reading, usual) for reading, usual in sure if usual.successes.is_less(reading.point.successes)]
    risen = [(reading, usual) for reading, usual in sure if usual.requests.is_more(reading.point.requests)]
    for reading, usual in risen:
        more = reading.point.requests - usual.requests.middle
        losses = ((others.successes.middle - other.point.successes, other, others) for other, others in fallen)
        for lost, other, others in sorted(losses, key=lambda loss: -loss[0]):
            if other is not reading and _FEWEST_TRIES * lost <= more <= _MOST_TRIES * lost:
                successes = other.number("successes", other.point.successes, others.successes)
                yield Sign(Kind.RETRY_STORM, reading.service, (*_requests(reading), successes))
                break


def _rise_4xx(reading: Reading, baseline: Baseline) -> Iterator[Sign]:
    """Many answers are 4xx in place of successes, as when a bucket no longer admits its distribution: no 5xx, and
    nobody tries again."""
    point = reading.point
    surely = _surely_above(point.requests * baseline.rate_4xx.high / 100)
    refused = point.rate_4xx >= baseline.rate_4xx.high + _POINTS_4XX and point.errors_4xx > surely
    no_flood = point.requests <= baseline.requests.high and baseline.successes.is_low(point.successes)
    if refused and (no_flood or baseline.successes.is_less(point.successes)):
        rate = reading.number("4xx %", point.rate_4xx, baseline.rate_4xx)
        successes = reading.number("successes", point.successes, baseline.successes)
        yield Sign(Kind.RISE_4XX, reading.service, (rate, successes))


def _silence(reading: Reading, baseline: Baseline) -> Iterator[Sign]:
    """Hardly a request any more, or hardly a byte for those that come."""
    point = reading.point
    if baseline.requests.is_silent(point.requests):
        yield Sign(Kind.SILENCE, reading.service, _requests(reading))
    elif baseline.bytes.is_silent(point.bytes, counted=False):
        sent = reading.number("bytes", point.bytes, baseline.bytes)
        yield Sign(Kind.SILENCE, reading.service, (sent, *_requests(reading)))


def _requests(reading: Reading) -> tuple[Number, ...]:
    usual = reading.baseline.requests if reading.baseline else 0.0
    return (reading.number("requests", reading.point.requests, usual),)
