"""Cases and small sites, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from slipway.durations import Durations
from slipway.plan import Plan, read_plan
from slipway.preflight import WayBack
from slipway.preflight.wayback import way_back_of

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture
def plan_of() -> Callable[[Any], Plan]:
    """The plan of a captured case, by its name, or of a site."""

    def read(what: Any) -> Plan:
        if isinstance(what, str):
            return read_plan((CASES / what / "preview.json").read_text())
        return read_plan(json.dumps(what.document()))

    return read


@pytest.fixture
def taken_back(plan_of: Callable[[Any], Plan]) -> Callable[..., WayBack]:
    """The way back of a case, with the hosts that its report is asked for, or of a site."""

    def find(what: Any, **options: Any) -> WayBack:
        args = []
        if isinstance(what, str):
            args = json.loads((CASES / what / "expected.json").read_text()).get("args", [])
        hosts = {key: tuple(b for a, b in pairwise(args) if a == f"--{key}") for key in ("external", "retire")}
        found = way_back_of(plan_of(what), **{"durations": Durations(), **hosts, **options})
        assert found is not None
        return found

    return find
