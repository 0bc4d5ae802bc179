"""What an override makes of a verdict: exactly what it says, and never what nobody could judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from slipway.plan import read_plan
from slipway.preflight import Finding, Override, Verdict, check, overridden

CASES = Path(__file__).parents[1] / "cases"
RULES = ("hostname-dark", "hostname-stale", "one-change")
HOSTS = ("a.example.org", "b.example.org")


def override(rule: str, hostname: str = "", until: str = "2026-11-20 14:00Z") -> Override:
    return Override(rule, hostname, "Ada", "the zone is on fire", "2026-11-20 12:00Z", until, 7)


def verdict_of(case: str) -> Verdict:
    plan = read_plan((CASES / case / "preview.json").read_text())
    return check(plan, environment="production", guarded=True)


def with_refusals(*findings: Finding) -> Verdict:
    return replace(verdict_of("nothing_to_do"), refusals=findings)


def test_a_finding_that_is_overridden_warns_and_says_until_when_by_whom_and_why() -> None:
    found = overridden(with_refusals(Finding("one-change", "two changes", "split")), (override("one-change"),))
    assert found.approved
    assert [finding.message for finding in found.warnings] == [
        "overridden until 2026-11-20 14:00Z by Ada because the zone is on fire: two changes"
    ]
    assert found.overrides == (override("one-change"),)


def test_an_override_is_shown_though_nothing_gives_way_to_it() -> None:
    found = overridden(with_refusals(), (override("drift"),))
    assert found.overrides == (override("drift"),)


def test_a_hostname_is_matched_exactly_and_not_by_its_text() -> None:
    """The message names another host, and one that begins alike."""
    dark = Finding("hostname-dark", "xa.example.org falls, a.example.org does not", "", hostnames=("xa.example.org",))
    assert not overridden(with_refusals(dark), (override("hostname-dark", "a.example.org"),)).approved
    assert overridden(with_refusals(dark), (override("hostname-dark", "xa.example.org"),)).approved


def test_a_finding_about_no_hostname_gives_way_to_no_override_of_one() -> None:
    whole = Finding("hostname-dark", "no proof", "")
    assert not overridden(with_refusals(whole), (override("hostname-dark", "a.example.org"),)).approved


def test_a_finding_about_two_hostnames_waits_for_both_and_for_the_earlier_end() -> None:
    both = with_refusals(Finding("hostname-dark", "both", "", hostnames=HOSTS))
    first, second = override("hostname-dark", HOSTS[0], "2026-11-20 15:00Z"), override("hostname-dark", HOSTS[1])
    assert not overridden(both, (first,)).approved
    assert "until 2026-11-20 14:00Z" in overridden(both, (first, second)).warnings[0].message


@pytest.mark.parametrize("case", ["unknown_kind_of_step", "protected_bucket_deleted"])
def test_what_nobody_can_judge_is_never_overridden(case: str) -> None:
    """A step of a kind that is not known; a preview over which the engine itself stopped."""
    verdict = verdict_of(case)
    always = [finding for finding in verdict.refusals if finding.always]
    every = tuple(override(rule) for rule in {finding.rule for finding in verdict.refusals})
    assert overridden(verdict, every).refusals == tuple(always) != ()


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/preview.json")))
def test_findings_of_the_hostname_rules_name_what_they_are_about(case: str) -> None:
    """So that each of them gives way to an override of that name, and to none of another."""
    for finding in verdict_of(case).refusals:
        if finding.rule.startswith("hostname-") and not finding.always:
            (name,) = finding.hostnames
            verdict = with_refusals(finding)
            assert overridden(verdict, (override(finding.rule, name),)).approved
            assert not overridden(verdict, (override(finding.rule, f"x{name}"),)).approved


findings = st.builds(
    Finding,
    st.sampled_from(RULES),
    st.just("m"),
    st.just("a"),
    always=st.booleans(),
    hostnames=st.lists(st.sampled_from(HOSTS), unique=True).map(tuple),
)
overrides = st.builds(override, st.sampled_from(RULES), st.sampled_from(("", *HOSTS)))


@settings(deadline=None)
@given(st.lists(findings, max_size=6).map(tuple), st.lists(overrides, max_size=4).map(tuple))
def test_no_finding_is_lost_and_each_gives_way_only_to_its_own(
    refusals: tuple[Finding, ...], given_: tuple[Override, ...]
) -> None:
    found = overridden(with_refusals(*refusals), given_)
    scopes = {(each.rule, each.hostname) for each in given_}

    def gives_way(finding: Finding) -> bool:
        named = bool(finding.hostnames) and all((finding.rule, name) in scopes for name in finding.hostnames)
        return not finding.always and ((finding.rule, "") in scopes or named)

    assert found.refusals == tuple(finding for finding in refusals if not gives_way(finding))
    before = len(with_refusals().warnings)
    assert len(found.warnings) - before == sum(map(gives_way, refusals))
