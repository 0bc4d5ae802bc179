"""How downloads are counted: what a query may scan."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.config import parse
from slipway.errors import ConfigError


def test_counting_needs_no_settings(values: dict[str, Any]) -> None:
    """A dollar a query, at what Athena asks for a terabyte."""
    assert parse(values, "f").downloads.scan_bytes == 200_000_000_000


def test_limit_is_in_gigabytes(values: dict[str, Any]) -> None:
    values["downloads"] = {"scan_gigabytes": 3}
    assert parse(values, "f").downloads.scan_bytes == 3_000_000_000


@pytest.mark.parametrize(
    ("downloads", "says"),
    [
        ({"scan_gigabytes": 0}, "downloads.scan_gigabytes: 0 is not allowed; allowed: whole gigabytes"),
        ({"scan_gigabytes": 100_001}, "downloads.scan_gigabytes: 100001 is not allowed"),
        ({"scan_gigabytes": 0.5}, "downloads.scan_gigabytes: 0.5 is not allowed"),
        ({"scan": 1}, "downloads.scan: unknown key"),
        ([], "downloads: [] is not allowed; allowed: scan_gigabytes"),
    ],
)
def test_wrong_settings_are_named(values: dict[str, Any], downloads: Any, says: str) -> None:
    values["downloads"] = downloads
    with pytest.raises(ConfigError) as caught:
        parse(values, "f")
    assert says in str(caught.value)
