"""The steps that the engine runs while the program registers its resources, as a graph of what waits for what.

A node is a registration (all the steps that make one resource what it will be) or an early delete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slipway.errors import BadInput
from slipway.plan.chains import Chain, Dragged, chains_of, dragged_of
from slipway.plan.document import HOW, one_line
from slipway.plan.edges import dependencies, first_late
from slipway.plan.model import AnyStep, Op, State, Step
from slipway.plan.reach import Reach
from slipway.plan.urn import urn_name

__all__ = ["early_graph"]

_NOT_A_REGISTRATION = (Op.REFRESH, Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED)


def early_graph(steps: Sequence[AnyStep], acting: Mapping[int, int]) -> tuple[dict[int, int], Reach]:
    """The node of each acting early step, by the step's position, and the reachability between those nodes.

    `acting` has the positions of the steps that do something to the world. Raises BadInput for a resource that is
    registered twice, and for a circle of dependencies.
    """
    graph = _Graph()
    for position in range(first_late(steps)):
        step = steps[position]
        if isinstance(step, Step) and step.op not in _NOT_A_REGISTRATION and step.new is not None:
            graph.register(position, step.urn, step.new, position in acting)
        elif isinstance(step, Step):
            graph.delete(position)
    graph.connect()
    chains = chains_of(steps)
    dragged = dragged_of(steps, chains)
    if chains:
        _link(graph, chains, _decided(graph, dragged), steps)
    marked = [False] * len(graph.predecessors)
    for position, node in graph.node_of.items():
        marked[node] = marked[node] or position in acting
    return {at: node for at, node in graph.node_of.items() if at in acting}, Reach(graph.predecessors, marked)


class _Graph:
    """Under construction."""

    def __init__(self) -> None:
        self.predecessors: list[list[int]] = []
        self.node_of: dict[int, int] = {}
        self.registered: dict[str, int] = {}
        self._states: dict[int, State] = {}
        self._busy: set[int] = set()

    def register(self, position: int, urn: str, state: State, acting: bool) -> None:
        node = self.registered.get(urn)
        if node is None:
            node = self.registered[urn] = self._node()
        if acting and node in self._busy:
            raise BadInput(f"the preview registers {one_line(urn_name(urn))} twice: it was edited", HOW)
        if acting:
            self._busy.add(node)
        self.node_of[position], self._states[node] = node, state

    def delete(self, position: int) -> None:
        self.node_of[position] = self._node()

    def connect(self) -> None:
        """A registration waits for what its new state depends on."""
        for node, state in self._states.items():
            self.predecessors[node] += [
                each for urn in dependencies(state) if (each := self.registered.get(urn)) is not None
            ]

    def _node(self) -> int:
        self.predecessors.append([])
        return len(self.predecessors) - 1


def _decided(graph: _Graph, dragged: Sequence[Dragged]) -> list[Dragged]:
    """Each with the chains that may really come first: not those registered after another of them in every run."""
    if all(len(each.chains) < 2 for each in dragged):
        return list(dragged)
    roots = {graph.registered[chain.urn] for each in dragged for chain in each.chains}
    reach = Reach(graph.predecessors, [node in roots for node in range(len(graph.predecessors))])

    def first(chain: Chain, others: Sequence[Chain]) -> bool:
        node = graph.registered[chain.urn]
        return not any(reach.before(graph.registered[other.urn], node) for other in others)

    return [
        Dragged(each.position, each.urn, tuple(chain for chain in each.chains if first(chain, each.chains)))
        for each in dragged
    ]


def _link(graph: _Graph, chains: Sequence[Chain], dragged: Sequence[Dragged], steps: Sequence[AnyStep]) -> None:
    """Put each chain in a line: what it waits for, the dependents' deletes, its own delete, its create."""
    by_chain: dict[str, list[int]] = {chain.urn: [] for chain in chains}
    for each in dragged:
        if len(each.chains) == 1:
            by_chain[each.chains[0].urn].append(each.position)
        elif each.chains:
            _recreate_after(graph, each)
    for chain in chains:
        root = graph.registered[chain.urn]
        waits = list(graph.predecessors[root])
        # Dependents by `replaceWith` alone come first, in no order: the engine takes them from a Go map.
        loose = [at for at in by_chain[chain.urn] if _replaced_with(steps[at], chain)]
        line = [at for at in by_chain[chain.urn] if not _replaced_with(steps[at], chain)]
        line += [] if chain.own is None else [chain.own]
        for position in loose:
            graph.predecessors[graph.node_of[position]] += waits
        waits += [graph.node_of[position] for position in loose]
        for position in line:
            node = graph.node_of[position]
            graph.predecessors[node] += waits
            waits = [node]
        graph.predecessors[root] += waits


def _replaced_with(step: AnyStep, chain: Chain) -> bool:
    return isinstance(step, Step) and step.old is not None and chain.old_urn in step.old.replace_with


def _recreate_after(graph: _Graph, dragged: Dragged) -> None:
    """Whichever chain deletes it, it is gone before it is made again, if its new state depends on all of them."""
    again = graph.registered.get(dragged.urn)
    roots = {graph.registered[chain.urn] for chain in dragged.chains}
    if again is not None and roots <= set(graph.predecessors[again]):
        graph.predecessors[again].append(graph.node_of[dragged.position])
