"""Plans that hold more than can be searched through: still cut, in the order of preference, neighbours joined."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from slipway.plan import read_plan
from slipway.split import Circumstances, Conflict, Cut, split

GIVEN = Circumstances("production")


@pytest.fixture
def site(monkeypatch):
    """A site on which nothing changes yet."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "cases"))
    return importlib.import_module("site_previews").Site()


def pieces(site) -> list[list[str]]:
    found = split(read_plan(json.dumps(site.document())), GIVEN)
    assert isinstance(found, Cut)
    return [[urn.rsplit("::", 1)[1] for urn in piece.targets] for piece in found.pieces]


def text(site, name: str) -> None:
    site.create("record", name, name=f"{name}.example.org", type="TXT", ttl=60, records=["x"], zoneId=("Zzone", "zone"))


def test_twelve_changes_are_twelve_steps(site):
    for number in range(12):
        text(site, f"text-{number:02}")
    assert pieces(site) == [[f"text-{number:02}"] for number in range(12)]


def test_labels_ride_along_with_a_change_among_many(site):
    for number in range(12):
        text(site, f"text-{number:02}")
    site.update("zone", comment="another")
    site.update("crates", tags={"team": "cdn"})
    assert len(pieces(site)) == 12


def test_a_refused_change_among_many_is_told_and_the_others_can_be_applied(site):
    for number in range(12):
        text(site, f"text-{number:02}")
    site.delete("static")
    found = split(read_plan(json.dumps(site.document())), GIVEN)
    assert isinstance(found, Conflict)
    assert found.one.by == "hostname-retired"
    assert len(found.apart) == 12


def test_a_component_comes_with_the_first_that_lies_in_it(site):
    site.component("part", op="create")
    site.create(
        "record", "one", {"parent": "part"}, name="one.example.org", type="TXT", ttl=60, records=["x"],
        zoneId=("Zzone", "zone"),
    )  # fmt: skip
    site.update("static", ttl=60)
    assert sorted(pieces(site), key=len) == [["static"], ["part", "one"]]


def test_a_target_takes_with_it_what_is_removed_below_it(site):
    """The engine refuses `--target cdn` as long as a record below it is out of the program and not named as well."""
    site.has(
        "record", "old", name="old.example.org", type="TXT", ttl=60, records=(["dcdn.cloudfront.net"], "cdn"),
        zoneId=("Zzone", "zone"),
    )  # fmt: skip
    site.delete("old")
    site.update("cdn", httpVersion="http2and3")
    assert pieces(site) == [["old"], ["cdn"]]


def test_what_holds_on_to_something_removed_lets_go_of_it_in_the_same_step_or_before(site):
    """The engine keeps what is out of the program as long as something untouched depends on it, and says nothing."""
    text = {"name": "old.example.org", "type": "TXT", "ttl": 60, "records": ["x"], "zoneId": ("Zzone", "zone")}
    site.has("record", "old", **text)
    old = site.states["old"]["urn"]
    state = site.states["static"]
    site.steps["static"][0]["oldState"] = {**state, "dependencies": [*state["dependencies"], old]}
    site.delete("old")
    site.update("router", code="function handler(e) { return e.request; }")
    assert sorted(pieces(site), key=len) == [["router"], ["static", "old"]]
