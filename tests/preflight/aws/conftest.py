"""Predictions for an edited site."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from slipway.plan import read_plan
from slipway.preflight import AwsRefusal
from slipway.preflight.aws import predict
from slipway.preflight.evidence import Evidence


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The edits to choose from."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("plans")


@pytest.fixture
def evidence(previews: ModuleType) -> Callable[[Callable[[Any], None]], Evidence]:
    """What the rules see of the site after an edit."""

    def made(edit: Callable[[Any], None]) -> Evidence:
        site = previews.Site()
        edit(site)
        return Evidence(read_plan(json.dumps(site.document())), ())

    return made


@pytest.fixture
def predicted(evidence: Callable[..., Evidence]) -> Callable[..., tuple[AwsRefusal, ...]]:
    """What AWS would refuse of an edit, by all refusals or by those given."""

    def ask(edit: Callable[[Any], None], *refusals: Any) -> tuple[AwsRefusal, ...]:
        seen = evidence(edit)
        found = predict(seen.scene, refusals) if refusals else seen.prediction
        assert found.failed == ()
        return found.refusals

    return ask
