"""The source of a router function, refused before anything is registered."""

from __future__ import annotations

import json
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


def test_settings_become_one_line_of_json_before_the_code(tmp_path: Path) -> None:
    """Quotes, line breaks and comment ends in a value stay inside its string."""
    file = tmp_path / "router.js"
    file.write_text("f(SETTINGS.host, SETTINGS.status);\n")
    values = {"status": "301", "host": 'a"; alert(1); // \\\n\u2028*/'}
    first, rest = read_source(file, values).split("\n", 1)
    assert rest == file.read_text()
    assert json.loads(first.removeprefix("const SETTINGS = ").removesuffix(";")) == values
    assert first.isascii()


def test_code_without_settings_is_the_file_to_the_letter(tmp_path: Path) -> None:
    """A router that reads no settings is deployed as it was reviewed."""
    file = tmp_path / "router.js"
    file.write_bytes(b"// \xc3\xa9\r\nf();")
    assert read_source(file).encode() == file.read_bytes()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, r"reads the settings host, and is given \(none\)"),
        ({"hosts": "example.org"}, "reads the settings host, and is given hosts"),
        ({"host": "example.org", "status": "301"}, "reads the settings host, and is given host, status"),
    ],
)
def test_settings_that_are_not_those_read_are_refused(tmp_path: Path, given: dict[str, str], said: str) -> None:
    """Otherwise a router would redirect to the host `undefined`."""
    file = tmp_path / "router.js"
    file.write_text("f(SETTINGS.host);")
    with pytest.raises(BadInput, match=said):
        read_source(file, given)


def test_settings_count_towards_the_limit(tmp_path: Path) -> None:
    """What CloudFront takes is the whole."""
    file = tmp_path / "router.js"
    file.write_text("SETTINGS.a".ljust(10_240))
    with pytest.raises(BadInput, match="10271 bytes, above the 10240"):
        read_source(file, {"a": "bcd"})
