"""What the world holds, in the program's terms."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from slipway.cloud.provider.drift import merged, seen_inputs
from slipway.cloud.provider.table import lookup

RECORD = lookup("aws:route53/record:Record")
WROTE = {"zoneId": "Z1", "name": "www.example.org", "type": "A", "ttl": 60, "records": ["1", "2"], "__defaults": []}
LIVE = {"zoneId": "Z1", "name": "www.example.org", "type": "A", "ttl": 60, "records": ["2", "1"], "fqdn": "www"}


def test_unchanged_world_keeps_the_programs_own_spelling() -> None:
    """The order of a set stays as written."""
    assert seen_inputs(RECORD, LIVE, WROTE, {**LIVE}) == WROTE


def test_changed_value_is_seen() -> None:
    """A TTL edited in the console."""
    assert seen_inputs(RECORD, {**LIVE, "ttl": 5}, WROTE, LIVE)["ttl"] == 5


def test_member_added_to_a_set_is_seen_beside_the_kept_ones() -> None:
    """What was written stays in front."""
    assert seen_inputs(RECORD, {**LIVE, "records": ["3", "2", "1"]}, WROTE, LIVE)["records"] == ["1", "2", "3"]


def test_property_the_program_never_wrote_is_seen_only_if_it_changed() -> None:
    """AWS's own defaults are not drift; a health check attached by hand is."""
    with_check = {**LIVE, "healthCheckId": "h"}
    assert "healthCheckId" not in seen_inputs(RECORD, with_check, WROTE, with_check)
    assert seen_inputs(RECORD, with_check, WROTE, LIVE)["healthCheckId"] == "h"


def test_import_takes_everything_that_is_not_a_default() -> None:
    """No inputs and no state: the program to write is what is there."""
    zone = lookup("aws:route53/zone:Zone")
    live = {"name": "example.org", "comment": "Managed by Pulumi", "tags": {}, "zoneId": "Z1"}
    assert seen_inputs(zone, live, {}, {}) == {"name": "example.org", "__defaults": []}


trees = st.recursive(
    st.integers(1, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@given(trees, trees)
def test_state_holds_what_was_written_wherever_it_was_written(live: Any, wrote: Any) -> None:
    """Merging never loses or changes an input, and adds only what the world has."""
    state = merged(RECORD, live, wrote)

    def holds(part: Any, whole: Any) -> bool:
        if isinstance(part, dict) and isinstance(whole, dict):
            return all(key in whole and holds(value, whole[key]) for key, value in part.items())
        return bool(part == whole)

    assert holds(wrote, state)
