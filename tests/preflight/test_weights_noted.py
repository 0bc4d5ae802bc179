"""Weights in a report: shares in per cent, and members that give no answer."""

from __future__ import annotations

import json

import pytest

from slipway.plan import read_plan
from slipway.preflight import Finding, Verdict, check

NAME = {"name": "www.example.org", "type": "CNAME", "ttl": 300, "zoneId": ("Zzone", "zone")}


@pytest.fixture
def verdict(site):
    """The verdict on a weighted set with members of these weights, before and after."""

    def judge(before: list[int], after: list[int], **given: object) -> Verdict:
        for at, weight in enumerate(before):
            policies = [{"weight": weight}]
            member = {"setIdentifier": f"m{at}", "records": [f"m{at}.example.net"], "weightedRoutingPolicies": policies}
            site.has("record", f"m{at}", **NAME, **member)
        for at, (was, now) in enumerate(zip(before, after, strict=True)):
            if was != now:
                site.update(f"m{at}", weightedRoutingPolicies=[{"weight": now}])
        return check(read_plan(json.dumps(site.document())), environment="production", guarded=True, **given)

    return judge


def test_a_weight_is_told_with_the_share_it_means(verdict):
    assert "weight 1 -> 4 (1 % -> 3.88 %)" in verdict([99, 1], [99, 4]).changes[0].title


def test_with_all_weights_at_0_the_shares_are_equal(verdict):
    assert "weight 5 -> 0 (100 % -> 50 %)" in verdict([5, 0], [0, 0]).changes[0].title


@pytest.mark.parametrize(
    ("after", "noted"),
    [([255, 0], ["m1 of www.example.org has the weight 0: nothing proves that it works"]), ([255, 1], []),
     ([0, 0], ["equally likely", "equally likely"])],
)  # fmt: skip
def test_a_member_without_a_share_is_worth_a_look(verdict, after, noted):
    warnings = [finding for finding in verdict(after, after).warnings if finding.rule == "weight-zero"]
    assert len(warnings) == len(noted)
    assert all(text in finding.message for text, finding in zip(noted, warnings, strict=True))


def test_what_is_noted_refuses_nothing(verdict):
    note = Finding("weight-expired", "it was for the moment", "Decide.")
    found = verdict([255, 0], [255, 0], noted=(note,))
    assert found.approved
    assert note in found.warnings
