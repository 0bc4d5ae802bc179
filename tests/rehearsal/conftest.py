"""The stage on which cases are played: one local cloud for all of them, wiped before each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stage import Stage

from slipway.cloud import process
from slipway.engine import Engine


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Stage]:
    directory = tmp_path_factory.mktemp("rehearsal")
    # From a process of its own, as the command does: MiniStack outlives whoever starts it.
    script = (
        "import pathlib, sys; from slipway.cloud import clock, process; "
        "process.start(pathlib.Path(sys.argv[1]), clock.INSTANT)"
    )
    subprocess.run([sys.executable, "-c", script, str(directory / "cloud")], check=True)
    running = process.status(directory / "cloud")
    assert running is not None
    (directory / "project").mkdir()
    yield Stage(running, engine, directory / "project")
    process.stop(directory / "cloud")
