"""The plan with its resources indexed: states before and after, edits by URN, component trees, zone names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from slipway.plan import ROOT_STACK_TYPE, Op, Plan, State, Step
from slipway.preflight.edits import Edit, edits_of
from slipway.preflight.kinds import hangs_on_another
from slipway.preflight.names import RECORD, ZONE, record_name
from slipway.preflight.shares import Totals, totals

__all__ = ["World", "world_of"]

_GOING = {Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED}


class World(msgspec.Struct, frozen=True, gc=False):
    """Read only. `before` and `after` hold every resource by URN, components and unchanged ones included; `inside`
    maps a resource to its innermost component, `under` a component to the first edit beneath it, for edges that name
    the component; `names_*` are the public names with a record set, `sets_*` the weighted sets; `bundles` are
    components of several things."""

    before: Mapping[str, State]
    after: Mapping[str, State]
    edits: Mapping[str, Edit]
    zones: Mapping[str, str]
    inside: Mapping[str, str]
    under: Mapping[str, str] = msgspec.field(default_factory=dict)
    names_before: frozenset[str] = frozenset()
    names_after: frozenset[str] = frozenset()
    bundles: frozenset[str] = frozenset()
    sets_before: Totals = {}
    sets_after: Totals = {}

    def state(self, urn: str) -> State | None:
        """The newest state of a resource."""
        return self.after.get(urn) or self.before.get(urn)

    def component(self, urn: str) -> str:
        """The innermost component that holds a resource, or "" if it stands alone in the program."""
        return self.inside.get(urn, "")

    def is_one_thing(self, component: str) -> bool:
        """Whether a component is about a single thing (a certificate with its proofs) and not a bundle of several."""
        return component not in self.bundles

    def edit_at(self, urn: str) -> Edit | None:
        """The edit of a resource; for a component, the first edit of anything inside it."""
        return self.edits.get(urn) or self.edits.get(self.under.get(urn, ""))

    def record_name(self, state: State) -> str:
        """The full name of a record set, "" if unknown; a relative name is completed from its zone."""
        return record_name(state, next((self.zones[s] for s in self._zone_keys(state) if s in self.zones), ""))

    def _zone_keys(self, state: State) -> Iterator[str]:
        yield from state.sources("zoneId") if state.property_dependencies else ()
        zone = state.inputs.get("zoneId")
        if isinstance(zone, str):
            yield zone

    def names(self, states: Iterable[State]) -> frozenset[str]:
        """Every public name that one of these states is a record set of."""
        return frozenset(name for s in states if s.type == RECORD and s.custom and (name := self.record_name(s)))


def world_of(plan: Plan) -> World:
    """Index a plan; linear in its steps."""
    before: dict[str, State] = {}
    after: dict[str, State] = {}
    for step in plan.steps:
        if isinstance(step, Step):
            if step.old:
                before.setdefault(step.urn, step.old)
            if step.new and step.op not in _GOING:
                after[step.urn] = step.new
    edits = {edit.urn: edit for edit in edits_of(plan)}
    old, new = _of_types(before, RECORD, ZONE), _of_types(after, RECORD, ZONE)
    zones = _zone_names((*old[ZONE].values(), *new[ZONE].values()))
    world = World(before, after, edits, zones, _innermost(before, after))
    kept = {urn for urn in old[RECORD] if urn in after and urn not in edits}
    stays = world.names(state for urn, state in old[RECORD].items() if urn in kept)
    return msgspec.structs.replace(
        world,
        under=_first_edits(world),
        names_before=stays | world.names(state for urn, state in old[RECORD].items() if urn not in kept),
        names_after=stays | world.names(state for urn, state in new[RECORD].items() if urn not in kept),
        bundles=_bundles(world),
        sets_before=totals(old[RECORD].values(), world.record_name),
        sets_after=totals(new[RECORD].values(), world.record_name),
    )


def _of_types(states: Mapping[str, State], *types: str) -> Mapping[str, dict[str, State]]:
    found: dict[str, dict[str, State]] = {type_: {} for type_ in types}
    for urn, state in states.items():
        if (group := found.get(state.type)) is not None:
            group[urn] = state
    return found


def _innermost(before: Mapping[str, State], after: Mapping[str, State]) -> dict[str, str]:
    """The innermost component of each resource that lies in one; a resource parented to another resource lies where
    that one lies."""
    if all(state.custom or state.type == ROOT_STACK_TYPE for states in (before, after) for state in states.values()):
        return {}
    states, inside = {**before, **after}, dict[str, str]()
    components = {urn for urn, state in states.items() if not state.custom and state.type != ROOT_STACK_TYPE}
    for urn in states:
        path: dict[str, None] = {}
        here, answer = urn, ""
        while here in states and here not in path:
            if here in inside:
                answer = inside[here]
                break
            path[here] = None
            here = states[here].parent
            if here in components:
                answer = here
                break
        inside.update(dict.fromkeys(path, answer))
    return {urn: component for urn, component in inside.items() if component}


def _first_edits(world: World) -> dict[str, str]:
    under: dict[str, str] = {}
    for urn in world.edits:
        component = world.component(urn)
        while component and component not in under:
            under[component] = urn
            component = world.component(component)
    return under


def _bundles(world: World) -> frozenset[str]:
    """Components with two principals or more directly in them, public names counted as one each."""
    if not world.inside:
        return frozenset()
    principals: dict[str, set[str]] = defaultdict(set)
    left = (state for urn, state in world.before.items() if urn not in world.after or urn in world.edits)
    for state in (*world.after.values(), *left):
        component = world.inside.get(state.urn)
        if component and state.custom and not hangs_on_another(state):
            principals[component].add(world.record_name(state) if state.type == RECORD else state.urn)
    return frozenset(component for component, found in principals.items() if len(found) > 1)


def _zone_names(states: Iterable[State]) -> dict[str, str]:
    zones: dict[str, str] = {}
    for state in states:
        if isinstance(name := state.inputs.get("name"), str):
            zones.update(dict.fromkeys([state.urn, *_ids(state)], name))
    return zones


def _ids(state: State) -> Iterator[str]:
    for value in (state.id, state.outputs.get("zoneId")):
        if isinstance(value, str):
            yield value
