from __future__ import annotations

import pytest

from slipway.ledger import Deed
from slipway.rollout.tested import has_served


@pytest.mark.parametrize(
    ("deed", "served"),
    [
        (Deed(kind="smoke", outcome="passed", results={"passed": 30}), True),
        (Deed(kind="smoke", outcome="failed", results={"passed": 29}), False),
        (Deed(kind="smoke", outcome="inconclusive"), False),
        (Deed(kind="soak", outcome="passed"), False),
        (Deed(kind="smoke", outcome="passed", results={"only": "downloads"}), False),
        (Deed(kind="smoke", outcome="passed", results={"between": "c" * 40}), False),
    ],
)
def test_commit_has_served_when_all_of_it_was_found_served(deed: Deed, served: bool) -> None:
    """Not some families of checks, and not half of a change: nobody goes back to those."""
    assert has_served(deed) is served
