"""The slow counter against every case that was worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest
from cases import CASES, Case
from slow import count


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_slow_counter_counts_what_is_in_a_log(case: Case) -> None:
    """Downloads, the reasons of the other lines, and why a file is refused."""
    slow = count(case.data)
    assert (slow.downloads, slow.reasons, slow.refused) == (
        Counter(case.downloads),
        Counter(case.reasons),
        case.refused,
    )


def test_every_case_has_a_name_of_its_own() -> None:
    """Two of a name would hide each other in a report."""
    assert [name for name, times in Counter(case.name for case in CASES).items() if times > 1] == []
