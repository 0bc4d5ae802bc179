"""The deletes that the engine leaves for the end, by the wave in which it runs them.

The engine sorts them into antichains by their distance from what depends on nothing else that is deleted, and waits
for each antichain before it begins the next (step_generator.go, `ScheduleDeletes`; deployment_executor.go,
`performPostSteps`). So a delete is ordered after all deletes of earlier waves, related to it or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from slipway.errors import BadInput
from slipway.plan.document import HOW
from slipway.plan.edges import dependencies, first_late
from slipway.plan.model import AnyStep, Op, State, Step
from slipway.plan.reach import sorted_nodes
from slipway.plan.urn import provider_urn

__all__ = ["waves_of"]

_DEEPEST = 500  # components inside one another


def waves_of(steps: Sequence[AnyStep], left_out: Collection[int] = ()) -> dict[int, tuple[int, ...]]:
    """For each late step, by its position in the plan, its height: the engine runs the highest first.

    Mostly one number; several where the plan leaves several cases open, one for each. Steps `left_out` are not deleted
    after all. Raises BadInput for a circle of dependencies. Linear.
    """
    late, replaced = first_late(steps), _replaced(steps)
    deletes = [at for at in reversed(range(late, len(steps))) if at not in left_out]
    olds = {at: old for at in deletes + _removed_early(steps[:late], replaced) if (old := _old(steps[at])) is not None}
    if not olds:
        return {}
    positions, states = list(olds), list(olds.values())
    edges = _edges(positions, states, replaced)
    cases = [_heights(steps, states, edges, hidden) for hidden in _cases(_hidden_providers(steps, states))]
    return {at: tuple(case[node] for case in cases) for node, at in enumerate(positions) if at >= late}


def _heights(
    steps: Sequence[AnyStep], states: Sequence[State], edges: Sequence[Sequence[int]], hidden: Collection[str]
) -> list[int]:
    components = _Components(steps, states)
    heights = [0] * len(states)
    # The document names dependents first, so this goes through it from the end, and what lies in a component below a
    # resource has been met before it.
    for node in sorted_nodes(edges):
        state = states[node]
        below = [heights[each] for each in edges[node]] + components.below(state)
        lowest = 0 if state.provider in hidden else -1
        heights[node] = 1 + max([lowest, *below])
        components.raise_to(state, heights[node])
    return heights


def _hidden_providers(steps: Sequence[AnyStep], states: Sequence[State]) -> list[str]:
    """Default providers, by reference, that may be deleted as well: previews never print their steps.

    One that no resource uses any more is deleted, unless the program still calls a function of its package.
    """
    printed = {old.urn for step in steps if (old := _old(step)) is not None}
    used = {step.new.provider for step in steps if isinstance(step, Step) and step.new is not None}
    return sorted({state.provider for state in states if provider_urn(state.provider) not in printed} - used - {""})


def _cases(hidden: Sequence[str]) -> list[Collection[str]]:
    """None of them is deleted, or all, or any one alone."""
    return [(), *([hidden] if hidden else []), *([each] for each in hidden if len(hidden) > 1)]


def _old(step: AnyStep) -> State | None:
    return step.old if isinstance(step, Step) else None


def _generation(state: State) -> tuple[str, str]:
    return state.urn, str(state.id)


def _replaced(steps: Iterable[AnyStep]) -> set[tuple[str, str]]:
    """The present generations of all that is replaced."""
    return {
        _generation(old) for step in steps if (old := _old(step)) and isinstance(step, Step) and step.op is Op.REPLACE
    }


def _removed_early(steps: Sequence[AnyStep], replaced: set[tuple[str, str]]) -> list[int]:
    """Early deletes of what the program no longer has. The engine only now takes them out of the state, a step that
    previews do not print, and these steps take places in the waves like any other."""
    return [
        at
        for at, step in enumerate(steps)
        if isinstance(step, Step)
        and step.op is Op.DELETE_REPLACED
        and step.old
        and _generation(step.old) not in replaced
    ]


def _edges(positions: Sequence[int], states: Sequence[State], replaced: set[tuple[str, str]]) -> list[list[int]]:
    """For each node those it directly depends on.

    A delete left over from an interrupted apply may be that of a dependency, or of an earlier generation that came
    after its namesake's dependents: it counts if the document names it after the dependent.
    """
    of_urn: dict[str, list[int]] = {}
    for node, state in enumerate(states):
        of_urn.setdefault(state.urn, []).append(node)
    leftover = [state.delete and _generation(state) not in replaced for state in states]
    return [
        [
            other
            for urn in dependencies(state)
            for other in of_urn.get(urn, ())
            if not leftover[other] or positions[node] < positions[other]
        ]
        for node, state in enumerate(states)
    ]


class _Components:
    """Who depends on a component depends on all inside it (dependency_graph.go, `DependenciesOf`).

    Only the components that a deleted resource depends on are watched: mostly none, since most languages list what is
    inside instead.
    """

    def __init__(self, steps: Sequence[AnyStep], states: Sequence[State]) -> None:
        olds: Mapping[str, State] = {old.urn: old for step in steps if (old := _old(step)) is not None}
        groups = {urn for urn, old in olds.items() if not old.custom}
        self._top = dict.fromkeys((urn for state in states for urn in state.dependencies if urn in groups), -1)
        self._parents = {urn: old.parent for urn, old in olds.items()} if self._top else {}

    def below(self, state: State) -> list[int]:
        """The greatest heights so far inside the components that the resource depends on."""
        return [self._top[urn] for urn in state.dependencies if urn in self._top]

    def raise_to(self, state: State, height: int) -> None:
        """Take note of the height of a resource in every watched component around it."""
        urn = state.parent if self._top else ""
        for _ in range(_DEEPEST):
            if not urn:
                return
            if urn in self._top:
                self._top[urn] = max(self._top[urn], height)
            urn = self._parents.get(urn, "")
        raise BadInput(f"the preview nests components more than {_DEEPEST} levels deep", HOW)
