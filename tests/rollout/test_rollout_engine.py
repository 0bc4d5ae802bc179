"""Commits on their way to production, by the real engine, on a cloud where users can see what becomes of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from demo.downloads import Downloads
from town import CRATE, Town

pytestmark = pytest.mark.cloud
NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
HOST, OTHER = "static.{zone}", "cloudfront-static.{zone}"
ZONES = {"staging": "staging.example.org", "production": "example.org"}
PATH = "/crates/slipway/1.0.0+demo/download"
INDEX = {
    "host": "index.example.org",
    "names": {"index.example.org": "served"},
    "default_ttl": 3600,
    "max_ttl": 3600,
    "price_class": "PriceClass_All",
    "dl": "https://static.example.org/crates",
    "api": "https://example.org",
}
SMOKE = {"crates": [{"name": "slipway", "version": "1.0.0+demo"}]}


def named(town: Town, stage: str) -> None:
    """The other name of the download host, as far as this stage, in both environments."""
    for stack, zone in ZONES.items():
        crates = town.setting(stack, "slipway:crates")
        crates["names"][OTHER.format(zone=zone)] = stage
        town.settle(stack, {"slipway:crates": crates})


def kept(town: Town, days: int) -> None:
    """How long logs are kept, in both environments."""
    for stack in ZONES:
        town.settle(stack, {"slipway:log_retention_days": days})


def routed(town: Town, mistaken: bool) -> None:
    """The router, with or without a slash where the path of a crate file is put together."""
    router = town.project / "infra" / "services" / "routers" / "crates.js"
    right, wrong = "'/crates/$1/$1-$2.crate'", "'/crates$1/$1-$2.crate'"
    text = router.read_text()
    assert (right if mistaken else wrong) in text
    router.write_text(text.replace(right, wrong) if mistaken else text.replace(wrong, right))


def following(town: Town) -> dict[str, Any]:
    """What `slipway next` says of the commits that production does not have yet."""
    found: dict[str, Any] = json.loads(town.slipway("next", "production", "--format", "json", expect=None).stdout)
    return found


def rolled_out(town: Town, commit: str, expect: int = 0) -> str:
    """Check a commit out and roll it out; what was said."""
    town.git("checkout", "-q", commit)
    return town.slipway("rollout", "--yes", expect=expect).stderr


@pytest.fixture(scope="module")
def client(town: Town) -> Iterator[Downloads]:
    """Both environments stand at the first commit, and from then on somebody downloads from production."""
    town.settle("production", {"slipway:index": INDEX, "slipway:smoke": SMOKE})
    town.commit("1: both environments")
    town.slipway("preflight", "staging")
    town.slipway("apply", "staging")
    town.publish("staging")
    # Production's smoke test needs files that only somebody who deploys first can publish.
    asked = ("--override", "staging-first", "--reason", "the very first time", "--expires", "1h")
    town.slipway("preflight", "production", *asked)
    town.slipway("approve", "production")
    town.slipway("apply", "production")
    town.publish("production")
    town.slipway("rollout", "--yes")
    sha256 = hashlib.sha256(CRATE).hexdigest()
    with Downloads(town.cloud, HOST.format(zone="example.org"), PATH, sha256) as client:
        yield client


def test_ten_commits_end_at_the_furthest_that_is_safe(town: Town, client: Downloads) -> None:
    """All ten with SLIPWAY_NIGHTLY=1; `make test` goes as far as the fourth, refused and then taken in steps."""
    (town.project / "README.md").write_text("What this is.\n")
    words = town.commit("2: words")
    named(town, "alias")
    third = town.commit("3: the other name on certificate and distribution")
    named(town, "served")
    kept(town, 400)
    two = town.commit("4: the other name in DNS, and logs for longer: two changes")
    kept(town, 330)
    town.commit("5: the logs as before")
    town.unsettle("production", "slipway:index", "slipway:smoke")
    dark = town.commit("6: production without its index, which people use")
    town.settle("production", {"slipway:index": INDEX, "slipway:smoke": SMOKE})
    back = town.commit("7: and back")
    routed(town, mistaken=True)
    broken = town.commit("8: the router with a slash too few")
    routed(town, mistaken=False)
    town.commit("9: and mended")
    kept(town, 400)
    tenth = town.commit("10: logs for longer")

    said = following(town)
    assert said["deploy"] == third
    assert words not in {each["commit"] for each in said["commits"]}
    rolled_out(town, third)

    refused = rolled_out(town, two, expect=1)
    assert "the preflight of production was refused: one-change" in refused
    assert "slipway split production" in refused
    assert "slipway rollout --split" in refused
    said = town.slipway("rollout", "--yes", "--split").stderr
    assert "production preflight: step 1 of 2: " in said
    short = [words for words in town.deeds("production") if words.split()[0] in ("preflight", "apply", "soak")]
    assert short[-8:] == ["preflight approved", "apply begun", "apply done", "soak passed"] * 2

    if not NIGHTLY:
        return told_by(client)

    town.git("checkout", "-q", "main")
    said = following(town)
    assert town.git("show", "-s", "--format=%s", said["deploy"]).startswith(("5:", "7:", "9:"))
    judged = {each["commit"]: each for each in said["commits"]}
    assert judged[dark]["verdict"] == "refused"
    rolled_out(town, back)

    said = rolled_out(town, broken, expect=1)
    assert "the smoke test of staging failed" in said
    assert "1.0.0+demo" in said

    town.git("checkout", "-q", "main")
    assert following(town)["deploy"] == tenth
    rolled_out(town, tenth)
    assert following(town)["deploy"] is None
    ends = [each["deed"]["commit"] for each in town.entries("production") if each["deed"]["kind"] == "apply"]
    assert list(dict.fromkeys(ends))[1:] == [third, two, back, tenth]
    for stack in ZONES:
        town.slipway("ledger", "verify", stack)
    return told_by(client)


def told_by(client: Downloads) -> None:
    """Somebody has downloaded all the time, and nothing has failed."""
    assert client.done > 100
    assert not client.failures, client.failures[:3]


def test_rollback_leads_to_the_last_commit_that_served(town: Town, client: Downloads) -> None:
    tested = [each["deed"] for each in town.entries("production") if each["deed"]["kind"] == "smoke"]
    before = next(deed["commit"] for deed in reversed(tested) if deed["commit"] != tested[-1]["commit"])
    failures = len(client.failures)
    if not NIGHTLY:  # The commit before does not serve the other name.
        refused = town.slipway("rollback", "production", "--reason", "the logs cost too much", "--yes", expect=1)
        assert "slipway override production RULE" in refused.stderr
        other = f"hostname-retired:{OTHER.format(zone='example.org')}"
        town.slipway("override", "production", other, "--reason", "nobody knows it yet", "--expires", "1h")
    said = town.slipway("rollback", "production", "--reason", "the logs cost too much", "--yes")
    assert f"production is back at {before[:12]}" in said.stdout
    entries = town.entries("production")
    assert [f"{each['deed']['kind']} {each['deed']['outcome']}" for each in entries[-8:]] == [
        "rollback begun",
        "preflight approved",
        "approval approved",
        "apply begun",
        "apply done",
        "smoke passed",
        "soak passed",
        "rollback done",
    ]
    assert entries[-1]["deed"]["reason"] == "the logs cost too much"
    assert len(client.failures) == failures
