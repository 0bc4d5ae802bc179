"""The project's own program keeps the rules, with the settings of every stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process

STACKS = sorted(path.name.split(".")[1] for path in Path(__file__).parents[2].glob("Pulumi.*.yaml"))
# A disposable stack protects nothing, on purpose; the rule is advisory there.
ADVISORY = {"staging": ["protected"]}


@pytest.mark.parametrize("phase", ["preview", "update"])
@pytest.mark.parametrize("stack", STACKS)
def test_our_own_program_keeps_the_rules(repository: Callable[..., Any], stack: str, phase: str) -> None:
    assert repository(stack, phase).violated() == ADVISORY.get(stack, [])
