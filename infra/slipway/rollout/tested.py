"""What a smoke test in the ledger says of a commit: all that it serves, or a part. Pure."""

from __future__ import annotations

from slipway.ledger import Deed

__all__ = ["BETWEEN", "ONLY", "has_served"]

ONLY = "only"
"""Among the results of a smoke test that was restricted to some families of checks: which."""

BETWEEN = "between"
"""Among the results of one in the middle of a change that is applied in steps: the commit before."""


def has_served(deed: Deed) -> bool:
    """Whether a deed is a smoke test that found all of its commit served."""
    return deed.kind == "smoke" and deed.outcome == "passed" and not {ONLY, BETWEEN} & deed.results.keys()
