"""Rollouts: one proven change at a time, from staging to production and back.

judge     a stack's preview, and the verdict on it
gates     rules that ask git, the ledger and the live world, one a file
overrides a rule that shall not refuse for some hours, on somebody's word
window    when a rollout may begin
announce  who is told before production is touched
"""

from __future__ import annotations

from slipway.rollout.judge import Judged, judge, judged

__all__ = ["Judged", "judge", "judged"]
