"""Where lines are kept on the way to DuckDB."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from slipway.downloads import spool
from slipway.downloads.layout import FASTLY, w3c
from slipway.downloads.lines import Block
from slipway.downloads.spool import Place, Spool


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(spool, "_MEMORY", tmp_path)
    return tmp_path


def test_lines_of_a_layout_are_together_and_a_file_is_used_again(memory: Path) -> None:
    with Place() as place:
        lines = Spool(place)
        assert [*lines.add(FASTLY, Block(FASTLY, b"1\n", 1)), *lines.add(FASTLY, Block(FASTLY, b"2\n", 1))] == []
        (chunk,) = lines.rest()
        assert (chunk.path.read_bytes(), chunk.lines) == (b"1\n2\n", 2)
        place.give(chunk.path)
        assert list(lines.add(FASTLY, Block(FASTLY, b"3\n", 1))) == []
        (again,) = lines.rest()
        assert (again.path, again.path.read_bytes()) == (chunk.path, b"3\n")
    assert list(memory.iterdir()) == []


def test_one_layout_too_many_closes_the_one_that_rested_longest(memory: Path) -> None:
    with Place() as place:
        lines = Spool(place)
        layouts = [w3c([f"column-{number}"]) for number in range(9)]
        closed = [chunk.layout for layout in layouts for chunk in lines.add(layout, Block(layout, b"x\n", 1))]
        assert closed == layouts[:1]
        assert [chunk.layout for chunk in lines.rest()] == layouts[1:]


def test_what_a_killed_process_left_is_swept_up_and_what_is_in_use_stays(memory: Path) -> None:
    left = memory / "slipway-lines-left"
    left.mkdir()
    (left / "chunk").write_bytes(b"lines")
    other = memory / "somebody-elses"
    other.mkdir()
    with Place() as place:
        mine = place.take()
        for each in memory.iterdir():
            os.utime(each, (time.time() - 3600,) * 2)
        with Place():
            assert not left.exists()
            assert mine.exists()
            assert other.exists()
