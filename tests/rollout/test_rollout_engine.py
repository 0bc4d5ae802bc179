"""Commits on their way to production, by the real engine, on a cloud where users can see what becomes of it."""

from __future__ import annotations

import pytest
from town import Town

pytestmark = pytest.mark.cloud


def test_commit_goes_through_staging_to_production(town: Town) -> None:
    town.slipway("preflight", "staging")
    town.slipway("apply", "staging")
    town.publish("staging")
    town.slipway("rollout", "--yes")
    staging = ["preflight approved", "apply begun", "apply done", "smoke passed", "soak passed"]
    assert town.deeds("staging") == staging
    guarded = [*staging[:1], "approval approved", *staging[1:]]
    assert town.deeds("production") == ["rollout begun", *guarded, "rollout done"]
