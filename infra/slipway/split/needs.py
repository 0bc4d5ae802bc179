"""What the engine takes only together with, or after, something else: the rules of `pulumi up --target`.

From the source of engine 3.259 (pulumi/pkg, resource/deploy/step_generator.go), tried against it (docs/split.md):

- a target whose new state depends on something that is still to be created needs that created: `validateSteps`;
- a target is refused as long as something below it (by the old state's edges, through whatever lies between) is out of
  the program and still there: `getTargetDependents` would delete it, `GenerateDeletes` asks that it be named;
- what is out of the program is kept, without a word, as long as something that stays depends on it in its old state and
  is no target: `getDependencySteps` carries it along;
- providers are targeted in every step, and what leaves a provider that is no longer registered must go along at once;
- what a delete-first replacement drags along is one step with it, and so is what is replaced with it.

To these comes one of our own: what follows from another edit holds its values, and goes with it or after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from slipway.plan import Op, Plan, State, Step
from slipway.plan.chains import chains_of, dragged_of
from slipway.plan.edges import dependencies
from slipway.preflight.causes import diagnose
from slipway.preflight.world import world_of
from slipway.split.synthesis import goes

__all__ = ["Needs", "needs_of"]

_MAKING = (Op.CREATE, Op.IMPORT, Op.READ)

Needs = Mapping[str, Mapping[str, None]]


def needs_of(plan: Plan, movable: Mapping[str, tuple[Step, ...]]) -> Needs:
    """For each movable resource those that must be applied before it or together with it, by URN. Between them stand
    nodes that are no resources and begin with a space. Linear in the plan's steps and dependencies."""
    needs: dict[str, dict[str, None]] = {urn: {} for urn in movable}
    for urn, other in _edges(plan, movable):
        if urn != other:
            needs.setdefault(urn, {})[other] = None
    return needs


def _edges(plan: Plan, movable: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, str]]:
    going = {urn for urn, steps in movable.items() if any(goes(step) for step in steps)}
    yield from _makings(movable, going)
    yield from _removals(plan, movable, going)
    yield from _providers(plan, movable)
    yield from _tied(plan, movable)
    for urn, diagnosis in diagnose(world_of(plan)).items():
        if urn not in going:
            # What follows from a removal lets go of it, and may do so before.
            yield from ((urn, cause) for cause in diagnosis.causes if cause in movable and cause not in going)


def _makings(movable: Mapping[str, tuple[Step, ...]], going: set[str]) -> Iterator[tuple[str, str]]:
    """A create needs what its values may come from; whatever is registered needs what is still to be made."""
    made = {urn for urn, steps in movable.items() if any(step.op in _MAKING and step.old is None for step in steps)}
    again = {urn for urn, steps in movable.items() if any(step.op is Op.REPLACE for step in steps)}
    for urn, steps in movable.items():
        new = next((step.new for step in steps if step.new is not None), None)
        if new is not None and urn not in going:
            wanted = made | again if urn in made else made
            yield from ((urn, other) for other in dependencies(new) if other in wanted)


def _removals(plan: Plan, movable: Mapping[str, tuple[Step, ...]], going: set[str]) -> Iterator[tuple[str, str]]:
    """Node ` URN` stands for all that is out of the program, at that resource or below it."""
    for step in plan.steps if going else ():
        old = step.old if isinstance(step, Step) else None
        if old is None or (old.delete and step.op is not Op.REPLACE):
            continue  # A leftover of an earlier apply; what is replaced now has the flag as well.
        yield from ((f" {other}", f" {old.urn}") for other in dependencies(old))
        if step.urn in movable:
            yield step.urn, f" {old.urn}"
        if step.urn in going:
            yield f" {old.urn}", step.urn
        elif step.urn in movable:
            yield from ((other, step.urn) for other in dependencies(old) if other in going)


def _providers(plan: Plan, movable: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, str]]:
    """Providers come first whatever is targeted, and so does what must leave one."""
    registered = {step.new.provider for step in plan.steps if isinstance(step, Step) and step.new is not None}
    first = [urn for urn, steps in movable.items() if any(_is_provider(s) or _leaves(s, registered) for s in steps)]
    yield from ((urn, first[0]) for urn in movable if first)
    yield from ((first[0], urn) for urn in first)


def _is_provider(step: Step) -> bool:
    return step.new is not None and step.op is not Op.SAME and step.new.type.startswith("pulumi:providers:")


def _leaves(step: Step, registered: set[str]) -> bool:
    old, new = step.old, step.new
    return old is not None and new is not None and bool(old.provider) and old.provider not in registered


def _tied(plan: Plan, movable: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, str]]:
    """What the engine can only take in one step, both ways."""
    ties: dict[str, list[str]] = defaultdict(list)
    for dragged in dragged_of(plan.steps, chains_of(plan.steps)):
        ties[dragged.urn] += [chain.urn for chain in dragged.chains]
    for urn, steps in movable.items():
        ties[urn] += [other for state in _states(steps) for other in state.replace_with if other in movable]
    for urn, others in ties.items():
        for other in others:
            yield urn, other
            yield other, urn


def _states(steps: Sequence[Step]) -> Iterator[State]:
    return (state for step in steps for state in (step.old, step.new) if state is not None)
