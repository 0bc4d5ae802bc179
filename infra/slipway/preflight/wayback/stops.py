"""Up to which operation there is a way back: the search over every point at which an apply may stop.

A stop is a set of operations that are done, closed under "before". The answer is the first operation, in an order that
the engine may take, such that some stop with it and nothing later has no way back: as long as neither it nor anything
after it has started, there is one wherever the apply stops.

That there is a way back from one stop says nothing about another: a new function may keep the name that the old one
has to get back, until the old one is deleted; a record that is moved away may be what keeps a name out of harm's reach.
So every stop is looked at as long as there are at most `most`. Beyond, for each further operation, two: the fewest and
the most that may be done when it is. That costs at most `most` plus twice the number of operations, in proofs. Where
that is too much, nothing but what is lost for good is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from slipway.plan.order import Order
from slipway.preflight.proof.condition import waits

__all__ = ["Found", "first_lost", "first_without_return"]


class Found(msgspec.Struct, frozen=True, gc=False):
    """The first operation (by index) past which a way back is missing, and what is in the way; None if there is always
    one. `last_good` is the largest stop before it, None where nobody looked; `exact`: every stop was looked at."""

    operation: int | None
    because: str
    last_good: frozenset[int] | None
    exact: bool


def first_without_return(order: Order, wrong_at: Callable[[frozenset[int]], str], most: int) -> Found:
    """Search. `wrong_at` says what is wrong with the way back from a stop, "" if there is one."""
    line = _line(order)
    needs = {each: frozenset(o for o in line if waits(order, each, o)) for each in line}
    stops, exact, done = [frozenset[int]()], True, frozenset[int]()
    for operation in line:
        further = [stop | {operation} for stop in stops if needs[operation] <= stop] if exact else []
        exact = exact and len(stops) + len(further) <= most
        stops = [*stops, *further] if exact else []
        whole = done | {operation}
        for stop in further if exact else dict.fromkeys((needs[operation] | {operation}, whole)):
            if wrong := wrong_at(stop):
                return Found(operation, wrong, done, exact)
        done = whole
    return Found(None, "", done, exact)


def first_lost(order: Order, lost: Mapping[int, str]) -> Found:
    """The same where only the operations are known that no way back undoes, with the reasons."""
    operation = next((each for each in _line(order) if each in lost), None)
    return Found(operation, lost[operation] if operation is not None else "", None, not order.operations)


def _line(order: Order) -> list[int]:
    """The operations in the plan's order, as far as the engine may take them so."""
    waiting, line = [operation.index for operation in order.operations], list[int]()
    while waiting:
        placed = next(each for each in waiting if not any(waits(order, each, o) for o in waiting))
        waiting.remove(placed)
        line.append(placed)
    return line
