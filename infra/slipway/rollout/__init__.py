"""Rollouts: one proven change at a time, from staging to production and back.

judge        a stack's preview, and the verdict on it
gates        rules that ask git, the ledger and the live world, one a file
parts        which parts of a repository a stack's plan is made of  (pure)
installed    the lock file, and whether its packages are the ones that are installed
candidates   the commits that may be deployed next, judged, and the one to take
"""

from __future__ import annotations

from slipway.rollout.judge import Judged, judge, judged

__all__ = ["Judged", "judge", "judged"]
