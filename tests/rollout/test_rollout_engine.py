"""Commits on their way to production, by the real engine, on a cloud where users can see what becomes of it."""

from __future__ import annotations

import hashlib
import json

import pytest
from town import CRATE, Town

from demo.downloads import Downloads

pytestmark = pytest.mark.cloud
HOST, OTHER = "static.{zone}", "cloudfront-static.{zone}"
ZONES = {"staging": "staging.example.org", "production": "example.org"}
PATH = "/crates/slipway/1.0.0+demo/download"


def named(town: Town, stage: str) -> None:
    """The other name of the download host, as far as this stage, in both environments."""
    for stack, zone in ZONES.items():
        crates = town.setting(stack, "slipway:crates")
        crates["names"][OTHER.format(zone=zone)] = stage
        town.settle(stack, {"slipway:crates": crates})


def kept(town: Town, days: int) -> None:
    for stack in ZONES:
        town.settle(stack, {"slipway:log_retention_days": days})


def following(town: Town) -> dict:
    """What `slipway next` says to deploy."""
    return json.loads(town.slipway("next", "production", "--format", "json", expect=None).stdout)


def test_ten_commits_end_at_the_furthest_that_is_safe(town: Town) -> None:
    """Deployed step by step as `slipway next` says, while a client downloads all the time."""
    index = {
        "host": "index.example.org",
        "names": {"index.example.org": "served"},
        "default_ttl": 3600,
        "max_ttl": 3600,
        "price_class": "PriceClass_All",
        "dl": "https://static.example.org/crates",
        "api": "https://example.org",
    }
    smoke = {"crates": [{"name": "slipway", "version": "1.0.0+demo"}]}
    town.settle("production", {"slipway:index": index, "slipway:smoke": smoke})
    first = town.commit("1: both environments")
    town.slipway("preflight", "staging")
    town.slipway("apply", "staging")
    town.publish("staging")
    town.slipway(
        "preflight", "production", "--override", "staging-first", "--reason", "the first time", "--expires", "1h"
    )
    town.slipway("approve", "production")
    town.slipway("apply", "production")
    town.publish("production")
    town.slipway("rollout", "--yes")
    sha256 = hashlib.sha256(CRATE).hexdigest()
    with Downloads(town.cloud, HOST.format(zone="example.org"), PATH, sha256) as client:
        (town.project / "README.md").write_text("What this is.\n")
        town.commit("2: words")
        named(town, "alias")
        third = town.commit("3: the other name on certificate and distribution")
        named(town, "served")
        kept(town, 400)
        town.commit("4: the other name in DNS, and logs for longer: two changes")
        kept(town, 330)
        fifth = town.commit("5: the logs as before")
        said = following(town)
        print(json.dumps(said, indent=1)[:3000])
        assert said["deploy"] == third
        print(town.git("checkout", "-q", third))
        d = town.slipway("rollout", "--yes", expect=None)
        print(d.stdout[-800:], d.stderr[-3000:])
        assert d.returncode == 0
        assert following(town)["deploy"] == fifth
    assert client.done and not client.failures, client.failures[:3]
    assert first
