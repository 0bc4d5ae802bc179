"""Series -> judgement: minute by minute, what is wrong, and for each service whether that can be told at all.

A minute is held against the last hour of good minutes, which ended a quarter of an hour before it: so the usual follows
the rhythm of the day, but neither a change that spreads over edges nor a minute with a finding becomes usual.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from slipway.watch.series import Point, Series
from slipway.watch.signs import Kind, Limits, Number, Reading, find
from slipway.watch.usual import MINUTES, Baseline

__all__ = ["BEFORE", "Finding", "Judgement", "Outcome", "ServiceState", "judge"]

# Minutes. CloudFront takes a change to its edges one after the other, for up to about this long.
_SPREADING = 15
BEFORE = MINUTES + _SPREADING
"""Minutes of data that a judgement wants from before its first minute."""
_TOGETHER = 5  # minutes; the alarms on errors look at as many


class Outcome(StrEnum):
    """`fail`: something is wrong. `inconclusive`: the evidence is too thin to say so or otherwise."""

    PASS = "pass"  # noqa: S105 no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a service, from its `first` minute to its `last`, with the numbers of the last. A retry
    storm may be about two services: the other one's numbers name it."""

    kind: Kind
    service: str
    first: int
    last: int
    numbers: tuple[Number, ...]

    @property
    def services(self) -> frozenset[str]:
        """Every service that it is about."""
        return frozenset(number.service for number in self.numbers)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What was seen of a service: its newest minute, what is usual, how many of the `minutes` since the beginning
    could be judged. `doubt` is why its silence means nothing, or empty."""

    service: str
    point: Point | None
    usual: Baseline | None
    judged: int
    minutes: int
    doubt: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The minutes from `since` up to, not including, `until`, which all services have."""

    since: int
    until: int
    services: tuple[ServiceState, ...]
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """Fails by one finding; passes when there is no doubt about any service."""
        outcomes = {self.outcome_of(state) for state in self.services}
        if self.findings:
            return Outcome.FAIL
        return Outcome.PASS if outcomes == {Outcome.PASS} else Outcome.INCONCLUSIVE

    def outcome_of(self, state: ServiceState) -> Outcome:
        """The same for one service."""
        if any(state.service in finding.services for finding in self.findings):
            return Outcome.FAIL
        return Outcome.INCONCLUSIVE if state.doubt else Outcome.PASS

    def of(self, services: Iterable[str]) -> Judgement:
        """The part that is about these services."""
        wanted = frozenset(services)
        states = tuple(state for state in self.services if state.service in wanted)
        return replace(
            self,
            until=self.since + min((state.minutes for state in states), default=0),
            services=states,
            findings=tuple(finding for finding in self.findings if finding.services & wanted),
        )

    def newest(self, minutes: int) -> Judgement:
        """Without the findings that ended before the newest `minutes`."""
        still = tuple(finding for finding in self.findings if finding.last >= self.until - minutes)
        return replace(self, findings=still)


@dataclass(slots=True)
class _Past:
    """A service's minutes so far: the newest few, those too fresh to be usual, and the good ones of the hour before."""

    points: dict[int, Point]
    whole: int
    newest: deque[Point] = field(default_factory=lambda: deque(maxlen=_TOGETHER))
    fresh: deque[Point] = field(default_factory=deque)
    good: deque[Point] = field(default_factory=lambda: deque(maxlen=MINUTES))
    judged: int = 0
    last: Reading | None = None

    def take(self, minute: int, since: int) -> Point | None:
        """Go on to this minute; the point if it is known."""
        while self.fresh and self.fresh[0].minute < minute - _SPREADING:
            self.good.append(self.fresh.popleft())
        while self.newest and self.newest[0].minute <= minute - _TOGETHER:
            self.newest.popleft()
        point = self.points.get(minute)
        if point and minute >= since:  # what was wrong before is not this change's
            self.newest.append(point)
        return point

    def read(self, service: str, limits: Limits) -> Reading:
        """The minute just taken, beside what is usual."""
        baseline = Baseline.of(tuple(self.good))
        doubt = baseline.doubt(limits.error_percent) if baseline else "no data of the time before"
        self.judged += 1
        self.last = Reading(service, tuple(self.newest), baseline, doubt, self.newest[-1].minute < self.whole)
        return self.last


def judge(series: Sequence[Series], since: int, limits: Limits, *, related: bool = True) -> Judgement:
    """What the minutes from `since` on show; those before are what is usual, if possible `BEFORE` of them. Services
    that are not `related` are judged each by itself.

    Takes time linear in the number of minutes and services.
    """
    past = {each.service: _Past({point.minute: point for point in each.points}, each.whole) for each in series}
    start = min((point.minute for each in series for point in each.points[:1]), default=since)
    findings: dict[tuple[Kind, str, frozenset[str]], Finding] = {}
    for minute in range(start, max((each.until for each in series), default=since)):
        here = {service: point for service, each in past.items() if (point := each.take(minute, since))}
        # There is nothing to hold the minutes before the beginning against: they are taken as good.
        readings = [past[service].read(service, limits) for service in here] if minute >= since else []
        signs = [
            Finding(sign.kind, sign.service, minute, minute, sign.numbers) for sign in find(readings, limits, related)
        ]
        for finding in signs:
            key = (finding.kind, finding.service, finding.services)
            findings[key] = replace(finding, first=findings[key].first) if key in findings else finding
        bad = frozenset[str]().union(*(finding.services for finding in signs))
        for service in here.keys() - bad:
            past[service].fresh.append(here[service])
    until = max(since, min((each.until for each in series), default=since))
    states = tuple(_state(each.service, past[each.service], max(0, each.until - since)) for each in series)
    return Judgement(since, until, states, tuple(_most_telling(findings.values())))


def _state(service: str, past: _Past, minutes: int) -> ServiceState:
    reading = past.last
    if reading is None:
        return ServiceState(service, None, None, 0, minutes, "no minute has come yet")
    few = f"{past.judged} of {minutes} minutes have come" if past.judged * 2 < minutes else ""
    return ServiceState(service, reading.point, reading.baseline, past.judged, minutes, reading.doubt or few)


def _most_telling(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings in the order of their beginning; a storm of one service alone hides the one told with another."""
    ordered = sorted(
        findings, key=lambda finding: (finding.first, finding.service, finding.kind, len(finding.services))
    )
    alone = {finding.service for finding in ordered if len(finding.services) == 1 and finding.kind is Kind.RETRY_STORM}
    for finding in ordered:
        if len(finding.services) == 1 or finding.service not in alone:
            yield finding
