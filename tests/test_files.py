"""Files are written whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slipway.errors import BadInput
from slipway.files import write_whole


def test_a_file_takes_the_place_of_what_was_there_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("before")
    write_whole(target, "after")
    assert target.read_text() == "after"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_is_not_written_over_another_unless_it_may_be(tmp_path: Path) -> None:
    target = tmp_path / "runbook"
    target.write_text("filled in")
    with pytest.raises(BadInput, match="cannot write"):
        write_whole(target, "skeleton", over=False)
    assert target.read_text() == "filled in"
    assert list(tmp_path.iterdir()) == [target]


def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "report", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o640


def test_a_directory_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        write_whole(tmp_path / "none" / "report", "x")
