"""The stage on which cases are played: one local cloud for all of them, wiped before each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stage import Stage

from slipway.cloud import process
from slipway.engine import Engine


@pytest.fixture(scope="session")
def stage(
    tmp_path_factory: pytest.TempPathFactory,
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
) -> Iterator[Stage]:
    directory = tmp_path_factory.mktemp("rehearsal")
    (directory / "project").mkdir()
    with own_cloud(directory / "cloud") as running:
        yield Stage(running, engine, directory / "project")
