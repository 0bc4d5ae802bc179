"""What the program registers for a configuration, recorded once for all tests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Registered = dict[str, Any]
SETTINGS: dict[str, Any] = {
    "environment": "production",
    "zone": "example.org",
    "log_retention_days": 330,
    "crates": {
        "host": "static.example.org",
        # One name at each stage, and a wildcard beside its own domain.
        "names": {
            "static.example.org": "served",
            "cloudfront-static.example.org": "alias",
            "next.example.org": "certificate",
            "*.next.example.org": "certificate",
        },
        "default_ttl": 86_400,
        "max_ttl": 31_536_000,
        "price_class": "PriceClass_100",
    },
}


@pytest.fixture(scope="session")
def registered() -> Callable[..., list[Registered]]:
    """Run the program, protected or not, for real or as a preview, and return its resources.

    Resources that do not wait for each other come in any order.
    """

    @cache
    def run(*, protect: bool = True, preview: bool = False, trials: bool = False) -> list[Registered]:
        values = {**SETTINGS, "guarded": protect, "protect": protect}
        values["crates"] = {**SETTINGS["crates"], "trials": trials}
        flat = {
            f"slipway:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
        }
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("record_program.py")), *(["--preview"] if preview else [])],
            input=json.dumps(flat),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout))

    return run


@pytest.fixture(scope="session")
def resources(registered: Callable[..., list[Registered]]) -> list[Registered]:
    """The resources of a protected stack that have a provider: no components."""
    return [item for item in registered() if item["custom"]]
