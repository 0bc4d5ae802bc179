"""Which names a change is noticed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.plan import Plan, read_plan
from slipway.preflight import ANY, check, names_touched, overlap

CASES = Path(__file__).parents[1] / "cases"


def plan_of(case: str) -> Plan:
    return read_plan((CASES / case / "preview.json").read_text())


def touched(case: str) -> list[frozenset[str]]:
    """The names of each change of a committed case."""
    plan = plan_of(case)
    found = names_touched(plan, check(plan, environment="production", guarded=True).changes)
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/preview.json")))
def test_whatever_may_hurt_a_name_is_noticed_at_it(case: str) -> None:
    """The proof works it out in another way: what brings a name down, or should have been awaited, touches it."""
    plan = plan_of(case)
    verdict = check(plan, environment="production", guarded=True)
    names = names_touched(plan, verdict.changes)
    for hostname in verdict.hostnames:
        for change in verdict.changes:
            if {step.urn for step in change.steps} & set(hostname.urns):
                assert any(overlap(name, hostname.name) for name in names[change.id]), (hostname.name, change.title)


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("record_ttl_changed", {"static.example.org"}),
        ("text_record_added", {"example.org"}),
    ],
)
def test_a_record_set_is_noticed_at_its_own_name(case: str, names: set[str]) -> None:
    assert touched(case) == [names]


@pytest.mark.parametrize(
    "case", ["function_code_changed", "policy_admits_one_more", "cache_policy_tuned", "bucket_versioning_added"]
)
def test_what_carries_no_name_is_noticed_at_those_that_rest_on_it(case: str) -> None:
    (names,) = touched(case)
    assert "static.example.org" in names
    assert ANY not in names


def test_what_leads_to_no_name_may_be_noticed_at_any() -> None:
    """A provider's region, a resource of a package that nobody here knows."""
    assert touched("explicit_provider_region_changed") == [{ANY}]
    assert frozenset({ANY}) in touched("other_packages")


def test_alarms_and_logs_serve_nobody() -> None:
    """The bucket that a distribution writes its logs into is none that it reads from."""
    assert set().union(*touched("alarms_of_one_component")) == set()
    assert touched("program_router_and_log_retention") == [set(), {"static.example.org"}]


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("static.example.org", "static.example.org", True),
        ("*.example.org", "a.b.example.org", True),
        ("*.example.org", "example.org", False),
        ("*.example.org", "notexample.org", False),
        (ANY, "example.org", True),
        ("*.example.org", "*.static.example.org", True),
        ("static.example.org", "index.example.org", False),
    ],
)
def test_names_overlap_either_way_round(one: str, other: str, common: bool) -> None:
    assert (overlap(one, other), overlap(other, one)) == (common, common)
