"""What is worth a look and refuses nothing: warnings of a report, whatever the environment."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import one_line
from slipway.preflight.names import RECORD
from slipway.preflight.shares import weight_of
from slipway.preflight.verdict import Finding
from slipway.preflight.world import World

__all__ = ["notes_on"]


def notes_on(world: World) -> Iterator[Finding]:
    """One for each member of a weighted set that gives no answer after the apply.

    It was so for nine months once, "for the moment": nothing then proves that the member works, and the day it gets a
    weight is the day it is tried. If all members are at 0, all are equally likely (Route 53 Developer Guide, "Values
    specific for weighted records"), so that 0 and 0 turns nothing off.
    """
    for urn, state in world.after.items() if world.sets_after else ():
        if state.type != RECORD or weight_of(state) != 0:
            continue
        name = world.record_name(state)
        member = one_line(str(state.inputs.get("setIdentifier", "")), 40)
        total, members = world.sets_after.get((name, str(state.inputs.get("type", "")).upper()), (0, 0))
        what = f"the member {member} of {name} has the weight 0"
        if total == 0 and members > 1:
            yield Finding(
                "weight-zero",
                f"{what}, as every other: all of them are equally likely",
                "Give the one that is to answer a weight above 0; remove the others, or give them 0 beside it.",
                (urn,),
            )
        elif total > 0:
            advice = f"Give it a small weight, or try {member}'s own name in the smoke tests until it gets one."
            yield Finding("weight-zero", f"{what}: nothing proves that it works", advice, (urn,))
