"""Plan -> steps: a diff with several changes, cut into the fewest that are each proven, or why it cannot be cut.

The stages, and what none of them may do: no engine, no network, no clock, no files.

    movable    the resources on which the plan does something              (synthesis)
    needs      what the engine takes only together with, or after, others  (needs)
    levels     what may stand in a step of its own: changes, then less     (levels, blocks)
    search     the fewest steps, each judged by the preflight              (search, judging, synthesis)
    waits      what has to pass between two steps                          (waits)
    conflict   or the two requirements that no order meets                 (conflict)
"""

from __future__ import annotations

from slipway.plan import Plan, UnknownStep
from slipway.split.conflict import refused_whole
from slipway.split.cutting import Cutting
from slipway.split.judging import Judging, verdict_on
from slipway.split.model import Circumstances, Conflict, Cut, Phase, Piece, Requirement, Wait
from slipway.split.needs import needs_of
from slipway.split.synthesis import movable
from slipway.split.waits import with_waits

__all__ = ["Circumstances", "Conflict", "Cut", "Phase", "Piece", "Requirement", "Wait", "split", "verdict_on"]


def split(plan: Plan, given: Circumstances) -> Cut | Conflict:
    """The fewest steps in which a plan can be applied, each approved by the preflight as if the environment was
    guarded. Raises BadInput for a plan that the preflight cannot read."""
    moved, whole = movable(plan), verdict_on(plan, given)
    if whole.approved:
        return Cut((Piece(tuple(moved), whole),) if moved else ())
    if plan.blocked or any(isinstance(step, UnknownStep) for step in plan.steps):
        return refused_whole(whole)
    judging = Judging(plan, given, moved)
    found = Cutting(plan, moved, needs_of(plan, moved), judging).outcome(whole.changes)
    return Cut(with_waits(plan, found.pieces, judging.verdict, given)) if isinstance(found, Cut) else found
