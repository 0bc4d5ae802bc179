"""The vocabulary of previews (tests/cases/site_previews.py), for tests that need a small one of their own."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


@pytest.fixture
def previews(monkeypatch: pytest.MonkeyPatch):
    """The module that puts previews together."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "cases"))
    return importlib.import_module("site_previews")


@pytest.fixture
def site(previews):
    """A site on which nothing changes yet."""
    return previews.Site()
