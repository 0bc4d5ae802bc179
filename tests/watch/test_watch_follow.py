"""When a watch ends, and what it does while AWS does not answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from slipway.errors import CloudError
from slipway.watch import Judgement, Limits, Outcome, Point, Watch, follow

Make = Callable[..., Any]
LAG = 1.5  # minutes after its end that a minute comes


@dataclass
class World:
    """A clock that only sleeping moves, and a CloudWatch that gives minutes as they come, and is down for some."""

    traffic: Any
    now: float
    down: tuple[float, float] = (0.0, 0.0)
    told: list[str] = field(default_factory=list)

    def read(self, first: int, last: int) -> Mapping[str, Mapping[int, Point]]:
        if self.down[0] <= self.now / 60 < self.down[1]:
            raise CloudError("CloudFront's metrics cannot be read: Throttling: slow down")
        come = min(last, int(self.now / 60 - LAG))
        return {
            service: {minute: point for minute, point in points.items() if first <= minute < come}
            for service, points in self.traffic.read.items()
        }

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def note(self, text: str) -> None:
        self.told.append(text)

    tick = note


def watched(world: World, begin: int, *, minutes: int = 15, services: tuple[str, ...] = (), **more: Any):
    watch = Watch(world.read, services or tuple(world.traffic.read), begin, begin + minutes, Limits(), **more)
    return list(follow(watch, world, clock=world.clock, sleep=world.sleep))


@pytest.fixture
def world(traffic: Make, begin: int) -> Callable[..., World]:
    """Make a world at the beginning of the watch, with two busy services."""

    def make(**more: Any) -> World:
        return World(traffic("crates", "index", minutes=60), begin * 60.0, **more)

    return make


def test_watch_without_a_finding_ends_when_its_minutes_have_come(world: Make, begin: int) -> None:
    """Fifteen minutes, and what they need to settle."""
    here = world()
    judgements: list[Judgement] = watched(here, begin)
    assert judgements[-1].outcome is Outcome.PASS
    assert judgements[-1].until >= begin + 15
    assert begin + 17 <= here.now / 60 < begin + 18


def test_finding_ends_the_watch_within_a_minute_of_its_data(world: Make, change: Make, begin: int) -> None:
    """Minute 4 ends at 5 and has settled at 7."""
    here = world()
    here.traffic.after("crates", change(1, rate_5xx=50), since=4)
    last = watched(here, begin)[-1]
    assert last.outcome is Outcome.FAIL
    assert last.findings[0].first == begin + 4
    assert here.now / 60 <= begin + 8


def test_until_quiet_goes_on_after_a_finding_and_ends_well_when_it_is_over(
    world: Make, change: Make, begin: int
) -> None:
    """Five minutes without one, long before the time given."""
    here = world()
    here.traffic.after("crates", change(1, rate_5xx=50), since=0, until=8)
    judgements = watched(here, begin, minutes=40, until_quiet=True)
    assert Outcome.FAIL in {judgement.outcome for judgement in judgements}
    assert judgements[-1].outcome is Outcome.PASS
    assert begin + 15 <= here.now / 60 < begin + 17


def test_until_quiet_fails_when_its_minutes_are_over_and_it_is_not_quiet(world: Make, change: Make, begin: int) -> None:
    here = world()
    here.traffic.after("crates", change(1, rate_5xx=50))
    assert watched(here, begin, until_quiet=True)[-1].outcome is Outcome.FAIL
    assert here.now / 60 >= begin + 17


def test_services_left_out_are_not_judged_and_still_bear_witness(world: Make, change: Make, begin: int) -> None:
    """The index's errors are not what was asked for; its data shows that the crates' silence is one."""
    here = world()
    here.traffic.after("index", change(1, rate_5xx=50)).without("crates", since=3)
    last = watched(here, begin, services=("crates",))[-1]
    assert [(finding.service, str(finding.kind)) for finding in last.findings] == [("crates", "silence")]
    assert here.now / 60 < begin + 9


def test_service_left_out_is_not_waited_for(traffic: Make, host: Make, begin: int) -> None:
    """A tiny host's newest minutes stay open until three are missing."""
    here = World(traffic("crates", tiny=host(0.5), minutes=60).without("tiny", since=14, until=16), begin * 60.0)
    assert watched(here, begin, services=("crates",))[-1].until == begin + 15
    assert here.now / 60 < begin + 18


def test_metrics_that_never_come_are_waited_for_and_the_watch_ends(world: Make, begin: int) -> None:
    """All silent, or CloudWatch late: after ten minutes the first is said."""
    here = world()
    here.traffic.without("crates", since=2).without("index", since=2)
    last = watched(here, begin, minutes=5)[-1]
    assert {str(finding.kind) for finding in last.findings} == {"silence"}
    assert here.now / 60 <= begin + 17


def test_short_failure_of_aws_is_told_and_outlived(world: Make, begin: int) -> None:
    here = world(down=(begin + 5, begin + 7))
    assert watched(here, begin)[-1].outcome is Outcome.PASS
    assert here.told
    assert set(here.told) == {"CloudFront's metrics cannot be read: Throttling: slow down; asking again"}


def test_long_failure_of_aws_ends_the_watch(world: Make, begin: int) -> None:
    """Three minutes without an answer are no watch."""
    here = world(down=(begin + 5, begin + 60))
    with pytest.raises(CloudError, match="Throttling"):
        watched(here, begin)
    assert begin + 8 <= here.now / 60 < begin + 9


def test_failure_of_the_first_reading_ends_the_watch_at_once(world: Make, begin: int) -> None:
    """Nobody waits for three minutes to hear of a missing permission."""
    here = world(down=(begin - 1, begin + 60))
    with pytest.raises(CloudError):
        watched(here, begin)
    assert here.now / 60 == begin
