"""What the rules are asked about: the plans of committed cases."""

from __future__ import annotations

import pytest

from slipway.plan import read_plan


@pytest.fixture
def plan_of(request):
    """The plan of a committed case."""
    cases = request.config.rootpath / "tests" / "cases"
    return lambda name: read_plan((cases / name / "preview.json").read_text())
