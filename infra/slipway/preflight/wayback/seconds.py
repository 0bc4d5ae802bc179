"""How long the way back takes at most, until every user is back."""

from __future__ import annotations

from collections.abc import Collection

from slipway.durations import Durations
from slipway.plan.operations import Act, Operation
from slipway.plan.order import Order
from slipway.preflight.proof.condition import waits
from slipway.preflight.proof.durations import seconds_of
from slipway.preflight.resources import RECORD, record_set

__all__ = ["seconds_back"]

_ALIAS_TTL = 60  # What Route 53 gives an alias to a CloudFront distribution.


def seconds_back(order: Order, durations: Durations, missing: Collection[str] = ()) -> int:
    """From the start of the way back until its last operation is done and no resolver holds an answer of before: the
    longest chain of operations, and after each record set the time for which its old answer is remembered or, where
    the name is one of the `missing` ones, that it had none. Quadratic in the operations."""
    done: dict[int, int] = {}
    waiting = [operation.index for operation in order.operations]
    while waiting:
        ready = [each for each in waiting if not any(waits(order, each, other) for other in waiting)]
        for each in ready:
            before = (done[other] for other in done if waits(order, each, other))
            done[each] = max(before, default=0) + seconds_of(order.operations[each], durations)
        waiting = [each for each in waiting if each not in done]
    return max((done[each.index] + _tail(each, durations, missing) for each in order.operations), default=0)


def _tail(operation: Operation, durations: Durations, missing: Collection[str]) -> int:
    """How long resolvers go on answering as before the operation."""
    state = operation.old or operation.new
    if state is None or state.type != RECORD:
        return 0
    view = record_set(state)
    if operation.act is Act.CREATE and view.name in missing:
        return durations.negative_ttl
    if not view.answers_for_a_host:
        return 0
    return int(view.ttl) if isinstance(view.ttl, (int, float)) else _ALIAS_TTL
