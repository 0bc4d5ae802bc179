"""Rollouts: one proven change at a time, from staging to production and back.

judge        a stack's preview, and the verdict on it
gates        rules that ask git, the ledger and the live world, one a file
parts        which parts of a repository a stack's plan is made of  (pure)
installed    the lock file, and whether its packages are the ones that are installed
candidates   the commits that may be deployed next, judged, and the one to take
sameness     whether a change is the one that another environment has seen       (pure)
deeds        what a preflight leaves in the ledger                               (pure)
environment  a stack of the project that is checked out, with its ledger; what begins there, and ends
alone        one at a time on a machine
stages       how far a rollout has come, by the ledger                           (pure)
driver       takes an environment from stage to stage
rollout      the environments one after the other; what a failure leads to
rollback     the way back to what served
approve      lets the guard let a plan through
apply        one run of the engine, written down from its beginning to its end
checks       whether what was applied serves
leftovers    what a killed engine leaves behind: its lock, what it was doing
overrides    a rule that shall not refuse for some hours, on somebody's word
window       when a rollout may begin
announce     who is told before production is touched
"""

from __future__ import annotations

from slipway.rollout.judge import Judged, judge, judged

__all__ = ["Judged", "judge", "judged"]
