"""A MiniStack of these tests' own, on a clock that they set, with nobody else around."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from slipway.cloud import clock

from .running import MiniStack, Until, running


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with running(tmp_path_factory.mktemp("ministack")) as found:
        yield found


@pytest.fixture
def ministack(process: MiniStack) -> MiniStack:
    """Nothing in it, and nothing takes any time."""
    for name in (clock.FILE, "internet.json", "faults.json"):
        (process.directory / name).unlink(missing_ok=True)
    process.reset()
    return process


@pytest.fixture
def until() -> Until:
    """Ask until it is true; how many seconds that took. Fails after twenty."""

    def wait(done: Callable[[], bool]) -> float:
        began = time.monotonic()
        while not done():
            assert time.monotonic() < began + 20
            time.sleep(0.01)
        return time.monotonic() - began

    return wait
