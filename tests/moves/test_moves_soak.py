"""A soak: looks for as long as it is to, and gives up when something is wrong twice in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from slipway.moves.soak import soaking

WEIGHTS = {"cloudfront": 1, "fastly": 1}


@dataclass
class Watch:
    """A clock that only sleeping moves, and looks that find what they are told to."""

    finds: Iterator[str]
    now: float = 0.0
    looks: int = 0
    told: list[str] = field(default_factory=list)

    def note(self, text: str) -> None: ...

    def rest(self) -> None: ...

    def tick(self, text: str) -> None:
        self.told.append(text)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def look(self, weights: object) -> str:
        self.looks += 1
        return next(self.finds, "")

    def soak(self, seconds: float) -> str:
        return soaking(self.look, seconds, self, clock=lambda: self.now, sleep=self.sleep)(WEIGHTS)


def test_it_looks_until_the_time_is_over() -> None:
    watch = Watch(iter(()))
    assert watch.soak(300) == ""
    assert watch.now == 300
    assert watch.looks == 61
    assert watch.told[0] == "soaking: 300 s left"


def test_no_time_is_one_look() -> None:
    watch = Watch(iter(()))
    assert watch.soak(0) == ""
    assert (watch.looks, watch.now) == (1, 0)


def test_one_lost_packet_is_no_outage() -> None:
    watch = Watch(iter(["lost", "", "", "lost", ""]))
    assert watch.soak(60) == ""


def test_twice_in_a_row_is() -> None:
    watch = Watch(iter(["", "", "502", "503"]))
    assert watch.soak(3600) == "503"
    assert watch.now == 15


def test_it_does_not_end_between_two_failures() -> None:
    """What went wrong at the very end is looked at once more."""
    assert Watch(iter(["", "502", "503"])).soak(5) == "503"
    assert Watch(iter(["502", "503"])).soak(0) == "503"
    assert Watch(iter(["502", ""])).soak(0) == ""
