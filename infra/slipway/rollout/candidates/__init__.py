"""Which commit to deploy next: every commit since the deployed one, judged, and the furthest that is one proven step.

base       the deployed commit and the main branch                (asks the ledger and git)
keys       what a commit's preview depends on, as one value       (asks git)
memory     verdicts of previews that were made before             (files)
previews   the previews that are missing, several at once         (git, the engine)
choice     which commits are worth listing, and which to take     (pure)
find       all of these, one after the other
told       the answer for people and for machines                 (pure)
"""

from __future__ import annotations

from slipway.rollout.candidates.base import Astray, Base, base_of
from slipway.rollout.candidates.choice import Candidate, Choice, Failed, Outcome, choose
from slipway.rollout.candidates.find import find
from slipway.rollout.candidates.keys import Context, own_digest
from slipway.rollout.candidates.memory import Memory
from slipway.rollout.candidates.previews import Judge, Judging, Previews

__all__ = [
    "Astray",
    "Base",
    "Candidate",
    "Choice",
    "Context",
    "Failed",
    "Judge",
    "Judging",
    "Memory",
    "Outcome",
    "Previews",
    "base_of",
    "choose",
    "find",
    "own_digest",
]
