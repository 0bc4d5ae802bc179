"""The order that the engine guarantees between the events of an apply: what holds in every run, and nothing more.

Three rules, from the source of engine 3.259 (see docs/decisions/0006-order.md):

1. *Registration.* A create or update starts when all that the resource's new state depends on is done. The program
   waits for it, so the engine need not.
2. *Chains.* A delete-first replacement deletes the dependents it drags along, itself, and creates itself anew, one
   after the other, once it is registered.
3. *Waves.* All other deletes wait until every step above is done, and run wave by wave.

Every edge leads from the end of one operation to the start of another. So the order of the events follows from a strict
order of the operations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from slipway.plan.model import Plan
from slipway.plan.operations import Operation, placed_operations
from slipway.plan.reach import Reach
from slipway.plan.registrations import early_graph
from slipway.plan.waves import waves_of

__all__ = ["Order", "order_of"]


class Order:
    """The partial order of a plan's events. Event 2n is the start of operation n, event 2n + 1 its end."""

    def __init__(
        self,
        operations: tuple[Operation, ...],
        reach: Reach,
        nodes: Sequence[int | None],
        heights: dict[int, tuple[int, ...]],
    ) -> None:
        """`nodes`: for each operation its node in `reach`; None for a late delete, which has a height instead."""
        self.operations = operations
        self._reach, self._nodes, self._heights = reach, nodes, heights
        self._of_node = of_node = {node: index for index, node in enumerate(nodes) if node is not None}
        self._early = [of_node[node] for node in reach.nodes if node in of_node]
        self._late = sorted(heights, key=lambda index: (-sum(heights[index]), index))
        self._rank = {index: rank for rank, index in enumerate([*self._early, *self._late])}

    def before(self, a: int, b: int) -> bool:
        """Whether event `a` precedes event `b`, or is `b`, in every run of the apply."""
        first, second = a >> 1, b >> 1
        if first == second:
            return a <= b
        x, y = self._nodes[first], self._nodes[second]
        if y is None:
            return x is not None or self._higher(first, second)
        return x is not None and self._reach.before(x, y)

    def past(self, event: int) -> tuple[int, ...]:
        """The events that precede this one in every run, and itself: the smallest cut that holds it, in a valid
        order. For a late delete that is most of the plan."""
        return self.run_to((event,))

    def run_to(self, events: Iterable[int], without: Collection[int] = ()) -> tuple[int, ...]:
        """The shortest run through all these events, as a list of events in a valid order; the operations that are
        only to be started start last. Empty if no such run exists without the events in `without`."""
        wanted = list(dict.fromkeys(events))
        done = {event >> 1 for event in wanted if event & 1}
        for operation in {event >> 1 for event in wanted}:
            done |= self._preceding(operation)
        begun = [event for event in wanted if event >> 1 not in done]
        ranked = sorted(done, key=self._rank.__getitem__)
        run = (*(event for each in ranked for event in (2 * each, 2 * each + 1)), *begun)
        return () if any(event in without for event in run) else run

    def _higher(self, first: int, second: int) -> bool:
        """Whether a late delete is in an earlier wave than another, whatever the plan leaves open."""
        return all(x > y for x, y in zip(self._heights[first], self._heights[second], strict=True))

    def _preceding(self, operation: int) -> set[int]:
        node = self._nodes[operation]
        if node is not None:
            return {self._of_node[each] for each in self._reach.past(node)}
        return {*self._early, *(each for each in self._late if self._higher(each, operation))}


def order_of(plan: Plan, left_out: Collection[int] = ()) -> Order:
    """The order of the plan's operations.

    `left_out` are operations (by index) that the apply turns out not to do, because a value that the preview did not
    know is the old one after all. The others keep their numbers. What was left out orders nothing any more, but still
    carries the order of what it depends on; its own events mean nothing. Raises BadInput for a circle of dependencies.
    """
    placed = placed_operations(plan)
    acting = {at: operation.index for at, operation in placed if operation.index not in left_out}
    node_of, reach = early_graph(plan.steps, acting)
    heights = waves_of(plan.steps, {at for at, operation in placed if operation.index in left_out})
    nodes = [node_of.get(at) for at, _ in placed]
    late = {acting[at]: height for at, height in heights.items() if at in acting}
    return Order(tuple(operation for _, operation in placed), reach, nodes, late)
