"""How far a rollout of what is checked out has come in an environment, by the ledger alone. Pure.

Nothing else remembers it: whoever goes on after a crash, on another machine even, reads the same entries and takes the
same next stage. A stage whose end is not written down is taken again; each of them may be. So is an apply that failed,
by the same approval: a new plan for half of a change would be another change.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from slipway.guard.permission import Here
from slipway.ledger import Deed, Link
from slipway.rollout.tested import ONLY

__all__ = ["REFUSED", "Stage", "is_empty", "next_stage"]


REFUSED = "refused"
"""What the end of an apply has among its results if the guard has refused a step."""


class Stage(StrEnum):
    """What is to be done next; `DONE`: nothing is left."""

    PREFLIGHT = "preflight"
    APPROVAL = "approval"
    APPLY = "apply"
    SMOKE = "smoke"
    SOAK = "soak"
    DONE = "done"


_AFTER: dict[tuple[str, str], Stage] = {
    ("preflight", "approved"): Stage.APPROVAL,
    ("preflight", "refused"): Stage.PREFLIGHT,
    ("approval", "approved"): Stage.APPLY,
    ("approval", "refused"): Stage.PREFLIGHT,
    ("apply", "begun"): Stage.APPLY,
    ("apply", "failed"): Stage.APPLY,
    ("apply", "done"): Stage.SMOKE,
    ("smoke", "passed"): Stage.SOAK,
    ("smoke", "failed"): Stage.SMOKE,
    ("smoke", "inconclusive"): Stage.SMOKE,
    ("soak", "passed"): Stage.DONE,
    ("soak", "failed"): Stage.SMOKE,
    ("soak", "inconclusive"): Stage.SOAK,
}


def next_stage(backwards: Iterable[Link], here: Here, guarded: bool) -> Stage:
    """The stage to take next for the commit and the settings that are here; the entries come newest first."""
    entries = iter(backwards)
    for link in entries:
        deed = link.entry.deed
        if deed.kind == "rollback" or (deed.kind == "apply" and not _is_here(deed, here)):
            break  # Something else has been applied since: it all begins again.
        after = _AFTER.get((deed.kind, deed.outcome))
        if after is None or not _is_here(deed, here) or ONLY in deed.results:
            continue
        if deed.results.get(REFUSED):
            return Stage.PREFLIGHT  # Approved was something else than what is left to do.
        if after is Stage.APPROVAL and not (guarded and not is_empty(deed)):
            return Stage.APPLY
        if after is Stage.DONE and _was_a_part(entries):
            return Stage.PREFLIGHT
        return after
    return Stage.PREFLIGHT


def _was_a_part(backwards: Iterable[Link]) -> bool:
    """Whether the last apply was of some targets alone: then it is not known yet whether anything else is to do."""
    last = next((link.entry.deed for link in backwards if link.entry.deed.kind == "apply"), None)
    return last is not None and bool(last.targets)


def is_empty(preflight: Deed) -> bool:
    """Whether there is nothing to apply."""
    return preflight.results.get("steps") == 0


def _is_here(deed: Deed, here: Here) -> bool:
    return (deed.commit, deed.config) == (here.commit, here.config)
