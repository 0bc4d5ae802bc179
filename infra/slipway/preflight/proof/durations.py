"""How long a dark spell lasts that ends in the plan, in seconds and in the worst case."""

from __future__ import annotations

from slipway.durations import Durations
from slipway.plan.operations import Act, Operation, end, start
from slipway.plan.order import Order
from slipway.preflight.proof.condition import Condition, waits
from slipway.preflight.resources import DISTRIBUTION, RECORD, VALIDATION

__all__ = ["seconds_dark", "seconds_of"]

_MOST = 400  # Longer chains than this are not weighed pair by pair.


def seconds_dark(condition: Condition, order: Order, durations: Durations) -> int | None:
    """From when the condition can first hold until it surely ends; None if no operation of the plan ends it.

    It ends at the latest when the quickest of what is pending is done: that takes as long as the longest chain of
    operations that must pass before, from those that were under way when it began.
    """
    if not condition.pending:
        return None
    starts = (start(order.operations[each]) for each in condition.applied)
    done = {event >> 1 for event in order.run_to(starts) if event & 1}
    spell = min(_chain(order, late, done, durations) for late in condition.pending)
    missing = any(reason.fault in ("no-record", "overwritten") for reason in condition.reasons)
    return spell + (durations.negative_ttl if missing else 0)


def _chain(order: Order, last: int, done: set[int], durations: Durations) -> int:
    """The longest chain of operations that ends with this one, in seconds, without those that are done."""
    waiting = list(
        dict.fromkeys(event >> 1 for event in order.past(end(order.operations[last])) if event >> 1 not in done)
    )
    longest: dict[int, int] = {}
    for operation in waiting[-_MOST:]:
        earlier = (spell for other, spell in longest.items() if waits(order, operation, other))
        longest[operation] = max(earlier, default=0) + seconds_of(order.operations[operation], durations)
    return longest[last]


def seconds_of(operation: Operation, durations: Durations) -> int:
    """How long one operation takes at most."""
    state = operation.new or operation.old
    type_ = state.type if state else ""
    if type_ == VALIDATION:
        return durations.issuance if operation.act is Act.CREATE else durations.other
    return {DISTRIBUTION: durations.distribution, RECORD: durations.record}.get(type_, durations.other)
