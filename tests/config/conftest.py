from __future__ import annotations

import copy
from typing import Any

import pytest

VALID: dict[str, Any] = {
    "environment": "production",
    "guarded": True,
    "protect": True,
    "zone": "example.org",
    "log_retention_days": 330,
    "tags": {"team": "infrastructure"},
    "crates": {
        "host": "static.example.org",
        "names": {"static.example.org": "served", "cloudfront-static.example.org": "certificate"},
        "default_ttl": 31_536_000,
        "max_ttl": 31_536_000,
        "price_class": "PriceClass_All",
    },
}


@pytest.fixture
def values() -> dict[str, Any]:
    """The values of a correct stack, for each test to spoil."""
    return copy.deepcopy(VALID)
