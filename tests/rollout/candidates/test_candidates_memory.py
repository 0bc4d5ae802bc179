"""Verdicts that are kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.rollout.candidates.verdicts import verdict

from slipway.rollout.candidates import Memory


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.of({"XDG_STATE_HOME": str(tmp_path)})


def test_verdict_comes_back_as_it_was(memory: Memory) -> None:
    kept = verdict(2, "one-change", cosmetic=1)
    memory.remember("key", kept)
    assert memory.recall("key") == kept
    assert memory.recall("other") is None


@pytest.mark.parametrize("text", ["", "{}", '{"project": 1}', "\udcff"])
def test_file_that_is_no_verdict_is_as_good_as_none(memory: Memory, text: str) -> None:
    memory.remember("key", verdict())
    next(memory.folder.iterdir()).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert memory.recall("key") is None


def test_verdicts_are_forgotten_after_a_month(memory: Memory) -> None:
    memory.forget_old()
    memory.remember("old", verdict())
    memory.remember("new", verdict())
    month_ago = time.time() - 31 * 86_400
    os.utime(memory.folder / "old.json", (month_ago, month_ago))
    memory.forget_old()
    assert memory.recall("old") is None
    assert memory.recall("new") == verdict()
