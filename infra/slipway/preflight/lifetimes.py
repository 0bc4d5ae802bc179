"""Things that come or go together: what is wholly new serves nobody yet, what is wholly gone serves nobody after.

New resources that hang together are one change, since nothing that answers today can be hurt by their coupling. A
record set of a name that already answers is not new, whatever its URN says: it is today's traffic being moved, and
stays a change of its own. The same holds mirrored for removals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from slipway.plan import State, provider_urn
from slipway.preflight.causes import Diagnosis
from slipway.preflight.edits import Action
from slipway.preflight.world import World

__all__ = ["has_nothing_after", "has_nothing_before", "joined_lifetimes"]


def joined_lifetimes(world: World, diagnoses: Mapping[str, Diagnosis]) -> Iterator[tuple[str, str]]:
    """Pairs of edits, or of an edit and what stands for its surroundings, that one change holds together."""
    if has_nothing_before(world) or has_nothing_after(world):
        yield from ((urn, "whole stack") for urn in diagnoses)
        return
    fresh = _wholly(world, diagnoses, Action.CREATE, world.names_before)
    gone = _wholly(world, diagnoses, Action.DELETE, world.names_after)
    for urns, action, elsewhere in ((fresh, "new", world.before), (gone, "gone", world.after)):
        seen: set[str] = set()
        for urn in urns:
            yield from ((urn, other) for other in _edges(world.edits[urn].state) if other in urns and other != urn)
            yield from _surroundings(world, urn, elsewhere, seen, action)


def _surroundings(
    world: World, urn: str, elsewhere: Mapping[str, State], seen: set[str], action: str
) -> Iterator[tuple[str, str]]:
    """The components that come, or go, around a resource: each joined to the one inside it, once."""
    inner, component = urn, world.component(urn)
    while component and component not in elsewhere:
        yield inner, f"{action} {component}"
        if component in seen:
            break
        seen.add(component)
        inner, component = f"{action} {component}", world.component(component)


def has_nothing_before(world: World) -> bool:
    """A stack with no resource of its own yet: its first deployment."""
    return not any(_is_real(state) for state in world.before.values())


def has_nothing_after(world: World) -> bool:
    """A stack that keeps no resource of its own: its removal."""
    return not any(_is_real(state) for state in world.after.values())


def _is_real(state: State) -> bool:
    return state.custom and not state.external and not state.type.startswith("pulumi:providers:")


def _wholly(
    world: World, diagnoses: Mapping[str, Diagnosis], action: Action, other_names: frozenset[str]
) -> Mapping[str, None]:
    """The edits of this action that follow, if at all, only from others like them, and move no name that stays."""
    found: dict[str, None] = {}
    # What causes a creation is created before it; what causes a deletion is deleted after it.
    ordered: Iterable[Diagnosis] = diagnoses.values() if action is Action.CREATE else reversed([*diagnoses.values()])
    for diagnosis in ordered:
        edit = diagnosis.edit
        follows = diagnosis.is_root or all(cause in found for cause in diagnosis.causes)
        if edit.action is action and follows and not world.names([edit.state]) & other_names:
            found[edit.urn] = None
    return found


def _edges(state: State) -> Iterator[str]:
    yield from state.dependencies
    for sources in state.property_dependencies.values():
        yield from sources or ()
    yield from (state.parent, state.deleted_with, provider_urn(state.provider))
