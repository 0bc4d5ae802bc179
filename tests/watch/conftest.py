"""Traffic as a CDN sees it: a rhythm by the day, bursts by the hour, noise that lasts, tiny hosts, lost minutes.

Everything is drawn from a seed. `Traffic` has words for what goes wrong, too.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from slipway.watch import Judgement, Limits, Point, assemble, judge

LIMITS = Limits(error_percent=1.0, surge_factor=2.0)
BEGIN = 28_163_000  # a minute in 2023
BEFORE = 75


@dataclass(frozen=True)
class Host:
    """What a host is like: requests a minute at noon, how much that varies, percentages of errors, bytes a request."""

    requests: float
    noise: float = 0.08
    rate_4xx: float = 0.5
    rate_5xx: float = 0.02
    size: float = 200_000.0
    lost: float = 0.0  # share of minutes that CloudWatch never gives


@dataclass
class Traffic:
    """The minutes of several hosts, `BEFORE` of them before BEGIN, which is where a judgement begins."""

    hosts: dict[str, Host]
    seed: int
    minutes: int = 30
    read: dict[str, dict[int, Point]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, host in self.hosts.items():
            # The name takes part, so that hosts alike differ.
            self.read[name] = _minutes(host, random.Random(f"{self.seed} {name}"), self.minutes)  # noqa: S311

    def after(self, host: str, change: Callable[[Point], Point], *, since: int = 0, until: int = 10**9) -> Traffic:
        """The same, with minutes of a host changed: counted from BEGIN, `until` not included."""
        for minute, point in self.read[host].items():
            if since <= minute - BEGIN < until:
                self.read[host][minute] = change(point)
        return self

    def without(self, host: str, *, since: int = 0, until: int = 10**9) -> Traffic:
        """The same, with no data for these minutes."""
        self.read[host] = {m: point for m, point in self.read[host].items() if not since <= m - BEGIN < until}
        return self

    def judged(self, late: float = 3) -> Judgement:
        """The judgement `late` minutes after the last minute's end."""
        now = BEGIN + self.minutes + late
        return judge(assemble(self.read, start=BEGIN - BEFORE, now=now), BEGIN, LIMITS)


def scaled(factor: float, *, rate_4xx: float | None = None, rate_5xx: float | None = None, size: float = 1.0):
    """A change of a point: requests times `factor`, error rates in percent, bytes a request times `size`."""

    def change(point: Point) -> Point:
        four = point.rate_4xx if rate_4xx is None else rate_4xx
        five = point.rate_5xx if rate_5xx is None else rate_5xx
        requests = float(round(point.requests * factor))
        return replace(
            point,
            requests=requests,
            rate_4xx=four,
            rate_5xx=five,
            error_rate=four + five,
            bytes=point.bytes * factor * size,
        )

    return change


def _minutes(host: Host, rng: random.Random, minutes: int) -> dict[int, Point]:
    level, phase, found = 0.0, rng.random() * 1440, {}
    for minute in range(BEGIN - BEFORE, BEGIN + minutes):
        level = 0.8 * level + rng.gauss(0, host.noise) * 0.6  # noise that lasts a few minutes
        rhythm = 0.75 + 0.25 * math.cos((minute - phase) * math.tau / 1440)
        burst = rng.uniform(1.1, 1.7) if minute % 60 in (0, 1) else 1.0  # everybody's cron
        requests = _count(rng, host.requests * rhythm * burst * math.exp(level))
        point = _point(host, rng, minute, requests)
        if requests and rng.random() >= host.lost:
            found[minute] = point
    return found


def _point(host: Host, rng: random.Random, minute: int, requests: int) -> Point:
    five = min(requests, _count(rng, requests * host.rate_5xx / 100 * rng.gammavariate(2, 0.5)))
    four = min(requests - five, _count(rng, requests * host.rate_4xx / 100 * rng.gammavariate(8, 0.125)))
    share = 100 / requests if requests else 0.0
    sent = requests * host.size * math.exp(rng.gauss(0, 0.1 + 1 / math.sqrt(requests + 1)))
    return Point(minute, float(requests), (four + five) * share, four * share, five * share, sent)


def _count(rng: random.Random, mean: float) -> int:
    """A Poisson number."""
    if mean > 200:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


ENVIRONMENT = {
    "crates": Host(50_000, noise=0.10, rate_4xx=0.3),
    "index": Host(120_000, noise=0.12, rate_4xx=3.0, size=900.0),
    "web": Host(9_000, noise=0.15, rate_4xx=6.0, rate_5xx=0.1, size=3_000.0),
    "releases": Host(3_000, noise=0.20, rate_4xx=2.0, size=4_000_000.0, lost=0.01),
    "documentation": Host(300, noise=0.25, rate_4xx=4.0, rate_5xx=0.05),
    "www": Host(45, noise=0.2, rate_4xx=15.0, size=300.0),
}


@pytest.fixture
def traffic() -> Callable[..., Traffic]:
    """Make traffic: of the named hosts of a whole environment (all by default), or of hosts given as keywords."""

    def make(*names: str, seed: int = 1, minutes: int = 30, **hosts: Host) -> Traffic:
        known = {name: ENVIRONMENT[name] for name in names or (ENVIRONMENT if not hosts else ())}
        return Traffic({**known, **hosts}, seed, minutes)

    return make


@pytest.fixture
def change() -> Callable[..., Callable[[Point], Point]]:
    """Make a change of points for `Traffic.after`."""
    return scaled


@pytest.fixture
def host() -> type[Host]:
    """Make a host."""
    return Host


@pytest.fixture
def begin() -> int:
    """The minute at which what is judged begins."""
    return BEGIN
