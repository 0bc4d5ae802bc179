"""The source of a router function, refused before anything is registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.components.edge import read_source
from slipway.errors import BadInput


def test_source_at_the_limit_is_taken(tmp_path: Path) -> None:
    """CloudFront takes 10,240 bytes."""
    file = tmp_path / "router.js"
    file.write_text("/" * 10_240)
    assert len(read_source(file)) == 10_240


def test_source_above_the_limit_is_refused(tmp_path: Path) -> None:
    """Bytes count, not characters."""
    file = tmp_path / "router.js"
    file.write_text("\u00e9" * 5_121, encoding="utf-8")
    with pytest.raises(BadInput, match=r"router\.js: 10242 bytes, above the 10240 that CloudFront takes"):
        read_source(file)


def test_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(BadInput, match=r"router\.js"):
        read_source(tmp_path / "router.js")


def test_source_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """A binary is no JavaScript."""
    file = tmp_path / "router.js"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"router\.js"):
        read_source(file)
