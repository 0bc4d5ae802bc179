"""The table of facts is what its readers take it for."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from slipway.facts import Facts, all_facts, facts_for


@pytest.mark.parametrize("token", sorted(all_facts()))
def test_row_is_of_the_kinds_the_code_knows(token: str) -> None:
    """Directions and behaviours are of a closed set, lists are lists of names, and every row names its source."""
    facts, hints = all_facts()[token], get_type_hints(Facts)
    assert facts.delete_before_replace in get_args(hints["delete_before_replace"])
    assert facts.on_existing in get_args(hints["on_existing"])
    assert all(isinstance(path, str) for path in (*facts.replace_on, *facts.required, *facts.computed, *facts.hazards))
    assert facts.source


def test_there_are_62_types_and_no_facts_for_others() -> None:
    """A type without facts is for the caller to judge."""
    assert len(all_facts()) == 62
    assert facts_for("aws:ec2/vpc:Vpc") is None
