"""A remote repository, and a clone of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.rollout.clones import PROGRAM, Clone, cloned

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
