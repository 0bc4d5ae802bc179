"""Commits on their way to production, by the real engine, on a cloud where users can see what becomes of it."""

from __future__ import annotations

import pytest
from town import Town

pytestmark = pytest.mark.cloud


def test_x(town: Town) -> None:
    def show(d):
        print("$", d.args[-6:], d.returncode)
        print(d.stdout[-1500:])
        print(d.stderr[-2500:])

    show(town.slipway("preflight", "staging", expect=None))
    show(town.slipway("apply", "staging", expect=None))
    town.publish("staging")
    show(town.slipway("smoke", "staging", expect=None))
    show(town.slipway("rollout", "--yes", expect=None))
    town.publish("production")
    show(town.slipway("rollout", "--yes", expect=None))
    print(town.deeds("staging"))
    print(town.deeds("production"))
    assert 0
