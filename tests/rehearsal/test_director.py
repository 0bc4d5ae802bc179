"""The director and the provider's cue, face to face over their socket, without an engine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from slipway.cloud.provider.cue import DIRECTOR, Cue, Direction, connect_director
from slipway.errors import CloudError
from slipway.plan import Op
from slipway.preflight import Event
from slipway.rehearsal import Director, Failure, Release, Replay, Shuffled

pytestmark = pytest.mark.process


@dataclass
class Plugin:
    """What the provider does: operations under the cue that the director's environment names."""

    director: Director
    done: list[str] = field(default_factory=list)

    async def operation(self, kind: Direction, urn: str, broken: str = "") -> str:
        """One operation; what became of it, as the engine would hear it."""
        cue = connect_director(self.director.environment)

        async def work() -> str:
            if broken:
                raise CloudError(broken)
            self.done.append(urn)
            return f"{urn} is made"

        try:
            return await cue.given(kind, urn, "", work())
        except CloudError as error:
            return error.message

    def at_once(self, *operations: tuple[Direction, str]) -> list[str]:
        async def all_of_them() -> list[str]:
            return await asyncio.gather(*(self.operation(kind, urn) for kind, urn in operations))

        return asyncio.run(all_of_them())


@dataclass
class Failing:
    """The first operation fails, the others go on."""

    words: str

    def choose(self, waiting: Sequence[Event], idle: float) -> Release | None:
        if not waiting:
            return None
        words, self.words = self.words, ""
        return Release(waiting[0], words)


def events(*said: str) -> list[Event]:
    """Events from `start create a`."""
    return [Event(each.split()[0], Op(each.split()[1]), each.split()[2]) for each in said]  # type: ignore[arg-type]


def test_operations_take_effect_and_are_reported_in_the_order_of_the_run():
    run = events("start create b", "start create a", "end create a", "end create b")
    seen: list[tuple[Event, tuple[str, ...]]] = []
    with Director(Replay(run), lambda event: seen.append((event, tuple(plugin.done)))) as director:
        plugin = Plugin(director)
        assert plugin.at_once(("create", "a"), ("create", "b")) == ["a is made", "b is made"]
    assert director.trace == run
    assert seen == [(run[0], ("b",)), (run[1], ("b", "a"))]


def test_every_schedule_brings_every_operation_to_its_end():
    for seed in range(5):
        with Director(Shuffled(seed)) as director:
            Plugin(director).at_once(("create", "a"), ("update", "b"), ("delete", "c"))
        assert sorted(map(repr, director.trace)) == sorted(
            map(repr, events(*(f"{e} {o}" for e in ("start", "end") for o in ("create a", "update b", "delete c"))))
        )


def test_work_that_fails_is_told_and_still_reported_in_its_turn():
    with Director(Shuffled(1)) as director:
        assert asyncio.run(Plugin(director).operation("delete", "a", "FunctionInUse")) == "FunctionInUse"
    assert director.failures == [Failure(events("start delete a")[0], "FunctionInUse")]
    assert director.trace == events("start delete a", "end delete a")


def test_an_operation_that_is_made_to_fail_is_not_done():
    with Director(Failing("Throttling: Rate exceeded")) as director:
        plugin = Plugin(director)
        assert asyncio.run(plugin.operation("create", "a")) == "Throttling: Rate exceeded"
        assert asyncio.run(plugin.operation("create", "b")) == "b is made"
    assert plugin.done == ["b"]
    assert director.failures == [Failure(events("start create a")[0], "Throttling: Rate exceeded")]


def test_an_error_of_the_observer_ends_the_apply_and_is_raised():
    def look(event: Event) -> None:
        raise CloudError("nothing to see")

    with pytest.raises(CloudError, match="nothing to see"), Director(Shuffled(1), look) as director:
        assert "is gone" in asyncio.run(Plugin(director).operation("create", "a"))


def test_a_director_that_vanishes_fails_what_waits_for_it():
    async def vanish() -> str:
        with Director(Replay(events("start create never"))) as director:
            waiting = asyncio.create_task(Plugin(director).operation("create", "a"))
            await asyncio.sleep(0.3)
        return await asyncio.wait_for(waiting, 5)

    assert "in the middle of this create" in asyncio.run(vanish())


def test_a_director_that_was_never_there_is_an_error_at_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        cue = connect_director({DIRECTOR: f"127.0.0.1:{free.getsockname()[1]}"})

        async def nothing() -> None:
            raise AssertionError("it must not begin")

        with pytest.raises(CloudError, match=r"the director at .* is gone"):
            asyncio.run(cue.given("create", "a", "", nothing()))


@pytest.mark.parametrize("address", ["192.0.2.1:80", "127.0.0.1", "127.0.0.1:0", "example.org:80", ":::"])
def test_a_director_elsewhere_is_refused(address: str):
    with pytest.raises(CloudError, match=DIRECTOR):
        connect_director({DIRECTOR: address})


def test_without_a_director_work_is_done_at_once():
    async def work() -> str:
        return "done"

    assert connect_director({}) == Cue()
    assert asyncio.run(Cue().given("create", "a", "", work())) == "done"
