"""Conditions: which operations have taken effect, and which have not, at an instant of a run.

An operation takes effect at some instant between its start and its end; until then the old content answers, from then
on the new one. So a run passes through the sets of operations in effect, and such a set can be reached if and only if
nothing in it must wait for the end of an operation outside it. A condition names a part of such a set. It is possible,
in some run, exactly when no operation that it wants in effect starts after the end of one that it wants to be pending.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

import msgspec

from slipway.plan.operations import end, start
from slipway.plan.order import Order

__all__ = [
    "ALWAYS",
    "Condition",
    "Fault",
    "Reason",
    "TooMany",
    "all_of",
    "both",
    "essential",
    "merged",
    "minimal",
    "possible",
    "waits",
]

Fault: TypeAlias = Literal[
    "no-record", "overwritten", "no-zone", "no-alias", "disabled", "gone", "certificate", "origin", "policy",
    "function", "access", "loop", "outside", "unknown",
]  # fmt: skip
_MOST = 4096
_COMPARED = 100


class TooMany(Exception):
    """A name has more ways to fail than are worth enumerating: it counts as unknown."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why an answer fails while a condition holds, in words for the report."""

    fault: Fault
    words: str


class Condition(msgspec.Struct, frozen=True, gc=False):
    """Operations, by index, that are in effect (`applied`) or not (`pending`). Not `certain`: what then follows
    depends on a value that the preview does not know. `last` says, of things that several operations write in no order,
    which of them wrote what is there now: a thing holds one content at a time."""

    applied: frozenset[int] = frozenset()
    pending: frozenset[int] = frozenset()
    certain: bool = True
    reasons: tuple[Reason, ...] = ()
    last: frozenset[tuple[Hashable, int]] = frozenset()

    def because(self, fault: Fault, words: str, *, certain: bool = True) -> Condition:
        """The same condition with a reason to it."""
        reason = Reason(fault, words)
        reasons = self.reasons if reason in self.reasons else (*self.reasons, reason)
        return Condition(self.applied, self.pending, self.certain and certain, reasons, self.last)


ALWAYS = Condition()


def waits(order: Order, operation: int, other: int) -> bool:
    """Whether an operation starts after another one's end in every run."""
    return order.before(end(order.operations[other]), start(order.operations[operation]))


def essential(condition: Condition, order: Order) -> Condition:
    """The same condition without what follows from the rest of it: what must have come before something that is in
    effect, and what waits for something that is pending."""
    applied = frozenset(
        each for each in condition.applied if not any(waits(order, other, each) for other in condition.applied)
    )
    pending = frozenset(
        each for each in condition.pending if not any(waits(order, each, other) for other in condition.pending)
    )
    return Condition(applied, pending, condition.certain, condition.reasons, condition.last)


def both(one: Condition, other: Condition) -> Condition | None:
    """The condition that both hold; None if they contradict each other."""
    applied, pending = one.applied | other.applied, one.pending | other.pending
    last = one.last | other.last
    if not applied.isdisjoint(pending) or len({thing for thing, _ in last}) < len(last):
        return None
    reasons = tuple(dict.fromkeys((*one.reasons, *other.reasons)))
    return Condition(applied, pending, one.certain and other.certain, reasons, last)


def possible(condition: Condition, order: Order) -> bool:
    """Whether some run of the apply reaches the condition."""
    return not any(waits(order, early, late) for early in condition.applied for late in condition.pending)


def minimal(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions without those that others cover; two that differ only in whether an operation is in effect or
    pending are one in which it does not matter."""
    unique = {(c.applied, c.pending, c.certain, c.last): c for c in conditions}
    if len(unique) < 2:
        return list(unique.values())
    if len(unique) <= _COMPARED:
        pending = list(unique.values())
        while pending:
            for found in _either_way(pending.pop(), list(unique.values())):
                if (found.applied, found.pending, found.certain, found.last) not in unique:
                    unique[found.applied, found.pending, found.certain, found.last] = found
                    pending.append(found)
    ranked = sorted(unique.values(), key=lambda c: (len(c.applied) + len(c.pending), not c.certain))
    if len(ranked) > _COMPARED:
        return ranked
    kept: list[Condition] = []
    for condition in ranked:
        if not any(_covers(other, condition) for other in kept):
            kept.append(condition)
    return kept


def _either_way(one: Condition, others: Iterable[Condition]) -> Iterator[Condition]:
    for other in others:
        for with_it, without_it in ((one, other), (other, one)):
            shared = with_it.applied & without_it.pending
            rest = (with_it.applied - shared, with_it.pending)
            if len(shared) != 1 or with_it.last != without_it.last:
                continue
            if rest == (without_it.applied, without_it.pending - shared):
                reasons = tuple(dict.fromkeys((*with_it.reasons, *without_it.reasons)))
                yield Condition(*rest, one.certain and other.certain, reasons, one.last)


def _covers(wide: Condition, narrow: Condition) -> bool:
    certain = wide.certain or not narrow.certain
    return certain and wide.applied <= narrow.applied and wide.pending <= narrow.pending and wide.last <= narrow.last


def all_of(factors: Iterable[Sequence[Condition]], order: Order) -> list[Condition]:
    """Every possible way in which each factor holds, by one of its conditions. Raises TooMany."""
    unique = {tuple((c.applied, c.pending, c.certain, c.last) for c in factor): factor for factor in factors}
    found = [ALWAYS]
    for factor in sorted(unique.values(), key=len):
        found = merged(found, factor, order)
        if not found:
            break
    return found


def merged(some: Sequence[Condition], others: Sequence[Condition], order: Order) -> list[Condition]:
    """Every possible way in which one of the one and one of the other conditions hold, each of them possible by
    itself. Raises TooMany."""
    if len(some) * len(others) > _MOST:
        raise TooMany
    pairs = ((one, other) for one in some for other in others if _together(one, other, order))
    return minimal(found for one, other in pairs if (found := both(one, other)) is not None)


def _together(one: Condition, other: Condition, order: Order) -> bool:
    crossed = ((one.applied, other.pending), (other.applied, one.pending))
    return not any(waits(order, early, late) for applied, pending in crossed for early in applied for late in pending)
