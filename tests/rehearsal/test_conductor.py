"""The conductor and the provider's cue over their socket: pauses, faults, and the times that are written down."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest

from slipway.cloud.clock import Clock
from slipway.cloud.provider.cue import connect_director
from slipway.errors import CloudError
from slipway.plan import Op
from slipway.rehearsal.conductor import Conductor, pause
from slipway.rehearsal.cues import Call
from slipway.rehearsal.faults import Fault

pytestmark = pytest.mark.process

FAST = Clock(scale=60_000)  # two minutes are 2 ms, half an hour is 30 ms


@dataclass
class Plugin:
    """Operations under a conductor's cue; what the engine would hear of them."""

    conductor: Conductor
    done: list[str] = field(default_factory=list)

    async def create(self, urn: str, broken: str = "", limit: float = 5.0) -> str:
        async def work() -> str:
            if broken:
                raise CloudError(broken)
            self.done.append(urn)
            return "made"

        cue = connect_director(self.conductor.environment)
        try:
            return await asyncio.wait_for(cue.given("create", urn, "", work()), limit)
        except CloudError as error:
            return error.message

    def at_once(self, *urns: str) -> list[str]:
        async def every() -> list[str]:
            return await asyncio.gather(*map(self.create, urns))

        return asyncio.run(every())


def test_every_operation_is_done_and_its_times_written_down() -> None:
    with Conductor(FAST) as conductor:
        assert Plugin(conductor).at_once("a", "b") == ["made", "made"]
    operations = conductor.times.operations(FAST, conductor.times.first)
    assert sorted(each.urn for each in operations) == ["a", "b"]
    assert all(each.op == "create" and each.ended is not None and each.ended >= each.began for each in operations)
    assert operations[0].began == 0


def held_up(seed: int, urn: str) -> float:
    return pause(seed, Call(Op.CREATE, urn))


def test_a_seed_decides_the_order_in_which_operations_would_like_to_begin() -> None:
    orders = [sorted("abcd", key=lambda urn: held_up(seed, urn)) for seed in (1, 2, 3, 1)]
    assert orders[0] == orders[3]
    assert len({tuple(order) for order in orders}) > 1
    assert all(held_up(0, urn) == 0 for urn in "abcd")


@pytest.mark.parametrize(("early", "late"), [("a", "b"), ("b", "a")])
def test_whoever_is_held_up_longer_begins_later(early: str, late: str) -> None:
    """By so much that no busy machine turns it round."""
    seed = next(seed for seed in itertools.count(1) if held_up(seed, late) - held_up(seed, early) > 0.4)
    with Conductor(FAST, seed) as conductor:
        plugin = Plugin(conductor)
        plugin.at_once("a", "b")
    assert plugin.done == [early, late]


def test_what_aws_refuses_is_written_down_with_its_words() -> None:
    with Conductor(FAST) as conductor:
        assert (
            asyncio.run(Plugin(conductor).create("a", "FunctionInUse: still attached"))
            == "FunctionInUse: still attached"
        )
    assert [each.failure for each in conductor.times.operations(FAST, 0)] == ["FunctionInUse: still attached"]


def test_a_failed_step_is_not_done_and_the_others_are() -> None:
    with Conductor(FAST, fault=Fault("fail", "b")) as conductor:
        plugin = Plugin(conductor)
        said = plugin.at_once("a", "b")
    assert said[0] == "made"
    assert said[1].startswith("InternalError")
    assert (plugin.done, conductor.struck) == (["a"], "b")


def test_a_throttled_step_comes_later_and_is_done() -> None:
    with Conductor(FAST, fault=Fault("throttle", 1)) as conductor:
        assert asyncio.run(Plugin(conductor).create("a")) == "made"
    assert conductor.struck == "a"


def test_a_fault_strikes_once() -> None:
    with Conductor(FAST, fault=Fault("fail", "a")) as conductor:
        plugin = Plugin(conductor)
        assert asyncio.run(plugin.create("a")).startswith("InternalError")
        assert asyncio.run(plugin.create("a")) == "made"


@pytest.mark.parametrize("kind", ["kill", "hang"])
def test_what_is_killed_or_hangs_has_no_end(kind: str) -> None:
    """Somebody is told: the engine is to be killed, or interrupted after half an hour of the cloud's time."""
    told: list[str] = []
    faults = {"kill": lambda: told.append("kill"), "interrupt": lambda: told.append("hang")}
    conductor = Conductor(FAST, fault=Fault(kind, 1), **faults)  # type: ignore[arg-type]
    with conductor, pytest.raises(TimeoutError):
        asyncio.run(Plugin(conductor).create("a", limit=0.5))
    assert told == [kind]
    assert [each.ended for each in conductor.times.operations(FAST, 0)] == [None]
