"""Two environments to roll out to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "guard"))  # a guarded stack is there
sys.path.insert(0, str(Path(__file__).parent))

from town import Town

from slipway.cloud import environment, process
from slipway.engine import Engine


@pytest.fixture(scope="module")
def town(
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """Staging and production, committed and not deployed."""
    directory = tmp_path_factory.mktemp("town")
    with own_cloud(directory / "cloud", 600) as cloud:
        yield Town.founded(directory, cloud, environment.within(cloud, engine, {**os.environ}))
