"""What is settled is named so that the engine takes it, and nothing else is."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.drift import Finding
from slipway.drift.settle import targets_of, urns_of

_PARTS = st.text(st.characters(exclude_characters="*"), min_size=1, max_size=8)
_URNS = st.builds(lambda stack, kind, name: f"urn:pulumi:{stack}::p::aws:{kind}::{name}", _PARTS, _PARTS, _PARTS)


def matches(pattern: str, urn: str) -> bool:
    """As the engine reads a target with an asterisk (pulumi/pkg, resource/deploy/deployment.go, `getMatcher`)."""
    parts = ["[^:]*".join(map(re.escape, part.split("*"))) for part in pattern.split("**")]
    return re.fullmatch(".*".join(parts), urn, re.DOTALL) is not None


@settings(deadline=None)
@given(st.lists(_URNS, min_size=1, max_size=5, unique=True), st.integers(0, 4))
def test_target_matches_its_resource_and_no_other(urns: list[str], at: int) -> None:
    (target,) = targets_of([urns[at % len(urns)]])
    assert [urn for urn in urns if matches(target, urn)] == [urns[at % len(urns)]]
    assert "*" in target  # else the engine refuses it where the state has no such resource


def test_resource_that_two_findings_name_is_settled_once() -> None:
    findings = [Finding("changed by hand", "a", ("urn:1", "urn:2")), Finding("state outside git", "b", ("urn:2",))]
    assert urns_of(findings) == ("urn:1", "urn:2")
