"""The cloud's clock as it is read again and again."""

from __future__ import annotations

from pathlib import Path

from slipway.cloud.clock import FILE, INSTANT, USUAL, Clock, read, write


def test_clock_that_is_set_anew_is_read_anew(tmp_path: Path) -> None:
    assert read(tmp_path) == INSTANT
    for clock in (USUAL, Clock(scale=60), INSTANT, USUAL):
        write(tmp_path, clock)
        assert read(tmp_path) == clock == read(tmp_path)


def test_clock_that_cannot_be_read_takes_no_time(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"scale": 600}')
    assert read(tmp_path) == INSTANT
