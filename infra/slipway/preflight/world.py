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
    zones = _zone_names((*before.values(), *after.values()))
    world = World(before, after, edits, zones, _innermost({**before, **after}))
    kept = frozenset(urn for urn in after if urn in before and urn not in edits)
    stays = world.names(before[urn] for urn in kept)
    return msgspec.structs.replace(
        world,
        under=_first_edits(world),
        names_before=stays | world.names(state for urn, state in before.items() if urn not in kept),
        names_after=stays | world.names(state for urn, state in after.items() if urn not in kept),
        bundles=_bundles(world),
        sets_before=totals(before.values(), world.record_name),
        sets_after=totals(after.values(), world.record_name),
    )


def _innermost(states: Mapping[str, State]) -> dict[str, str]:
    """Each resource's innermost component; a resource parented to another resource lies where that one lies."""
    inside: dict[str, str] = {}
    for urn in states:
        path: dict[str, None] = {}
        here, answer = urn, ""
        while here in states and here not in path:
            if here in inside:
                answer = inside[here]
                break
            path[here] = None
            here = states[here].parent
            holder = states.get(here)
            if holder and not holder.custom and holder.type != ROOT_STACK_TYPE:
                answer = here
                break
        inside.update(dict.fromkeys(path, answer))
    return inside


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
    principals: dict[str, set[str]] = defaultdict(set)
    left = (state for urn, state in world.before.items() if urn not in world.after or urn in world.edits)
    for state in (*world.after.values(), *left):
        if state.custom and not hangs_on_another(state) and (component := world.component(state.urn)):
            principals[component].add(world.record_name(state) if state.type == RECORD else state.urn)
    return frozenset(component for component, found in principals.items() if len(found) > 1)


def _zone_names(states: Iterable[State]) -> dict[str, str]:
    zones: dict[str, str] = defaultdict(str)
    for state in states:
        if state.type == ZONE and isinstance(name := state.inputs.get("name"), str):
            zones.update(dict.fromkeys([state.urn, *(v for v in _ids(state))], name))
    return dict(zones)


def _ids(state: State) -> Iterator[str]:
    for value in (state.id, state.outputs.get("zoneId")):
        if isinstance(value, str):
            yield value
