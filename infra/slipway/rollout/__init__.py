"""Rollouts: one proven change at a time, from staging to production and back.

judge        a stack's preview, and the verdict on it
gates        rules that ask git, the ledger and the live world, one a file
sameness     whether a change is the one that another environment has seen       (pure)
deeds        what a preflight leaves in the ledger                               (pure)
environment  a stack of the project that is checked out, with its ledger
approve      lets the guard let a plan through
apply        one run of the engine, written down from its beginning to its end
leftovers    what a killed engine leaves behind
overrides    a rule that shall not refuse for some hours, on somebody's word
window       when a rollout may begin
announce     who is told before production is touched
"""

from __future__ import annotations

from slipway.rollout.judge import Judged, judge, judged

__all__ = ["Judged", "judge", "judged"]
