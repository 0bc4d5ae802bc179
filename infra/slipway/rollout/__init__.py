"""Rollouts: one proven change at a time, from staging to production and back.

judge     a stack's preview, and the verdict on it
gates     rules that ask git, the ledger and the live world, one a file
"""

from __future__ import annotations

from slipway.rollout.judge import Judged, judge, judged

__all__ = ["Judged", "judge", "judged"]
