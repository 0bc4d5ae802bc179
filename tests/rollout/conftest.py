"""A remote repository and a clone of it; and two environments to roll out to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.rollout.clones import PROGRAM, Clone, cloned

sys.path.insert(0, str(Path(__file__).parent))

from town import Town

from slipway.cloud import environment, process
from slipway.engine import Engine

_CONFIG = """\
[user]
    name = Ada
    email = ada@example.org
[init]
    defaultBranch = main
[protocol "file"]
    allow = always
"""


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration but this, and no repository around the tests."""
    (tmp_path / "gitconfig").write_text(_CONFIG)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with one commit on `main`: a program, and the settings of production."""
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    first = cloned(bare, tmp_path / "first")
    for path, text in PROGRAM.items():
        first.write(path, text)
    first.commit("a program")
    first.push()
    return bare


@pytest.fixture
def clone(remote: Path, tmp_path: Path) -> Clone:
    return cloned(remote, tmp_path / "clone")


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
