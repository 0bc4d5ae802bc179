"""Why each edit happens: because other steps of the plan make it, or because somebody edited the program.

An edit is a *consequence* if everything in which it differs is explained by other edits, through the engine's own
record of which input was computed from which resource. Everything else is a *root*. Absent evidence explains nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from slipway.plan import Secret, State, Unknown, Value, leaves, provider_urn
from slipway.preflight.differences import ABSENT, Difference, differences, is_cosmetic
from slipway.preflight.edits import Action, Edit
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD
from slipway.preflight.world import World

__all__ = ["Diagnosis", "diagnose"]

_SHORTEST = 8  # A shorter text inside a longer one is as likely chance as derivation.


class Diagnosis(msgspec.Struct, frozen=True, gc=False):
    """`own` is what nothing else explains; `causes` are the edits that explain the rest, in engine order. An edit
    with nothing of its own and at least one cause is a consequence."""

    edit: Edit
    found: tuple[Difference, ...]
    own: tuple[Difference, ...]
    causes: tuple[str, ...]

    @property
    def is_root(self) -> bool:
        """Whether somebody edited the program here."""
        return bool(self.own) or not self.causes

    @property
    def is_cosmetic(self) -> bool:
        """Whether only labels differ. What is replaced for a label's sake is not cosmetic."""
        return self.edit.action is Action.UPDATE and bool(self.found) and all(is_cosmetic(d) for d in self.found)


class _Explainer:
    """One plan's edits and what each could have handed to others, computed at most once an edit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.given = cache(self._given)
        self.held = cache(self._held)

    def explain(self, edit: Edit, difference: Difference) -> tuple[str, ...]:
        """The edits that explain one difference; none if it is the program's own."""
        if difference.new is not ABSENT and edit.new:
            value = difference.new
            return tuple(s.urn for s in self._sources(edit, edit.new, difference.key) if self._gave(s.urn, value))
        if edit.old and difference.old is not ABSENT:
            value = difference.old
            return tuple(s.urn for s in self._sources(edit, edit.old, difference.key) if self._took(s, value))
        return ()

    def _sources(self, edit: Edit, state: State, key: str) -> Iterator[Edit]:
        for urn in state.sources(key):
            source = self.world.edit_at(urn)
            if source and source.urn != edit.urn:
                yield source

    def _gave(self, source: str, value: Value) -> bool:
        """Could this value, or part of it, be new because of the source?"""
        edit, texts = self.world.edits[source], self.given(source)
        for leaf in leaves(value):
            if isinstance(leaf, Unknown | Secret):
                if edit.action is not Action.DELETE and (edit.action is not Action.UPDATE or _may_be_unknown(edit)):
                    return True
            elif isinstance(leaf, str) and _derived(leaf, texts):
                return True
        return False

    def _took(self, source: Edit, value: Value) -> bool:
        """Did this value go because the source goes?"""
        if source.action not in (Action.DELETE, Action.REPLACE):
            return False
        return any(isinstance(leaf, str) and _derived(leaf, self.held(source.urn)) for leaf in leaves(value))

    def _given(self, urn: str) -> frozenset[str]:
        new = self.world.edits[urn].new
        old = self.held(urn) if self.world.edits[urn].action is Action.UPDATE else frozenset()
        return _texts(new) - old if new else frozenset()

    def _held(self, urn: str) -> frozenset[str]:
        old = self.world.edits[urn].old
        return _texts(old) if old else frozenset()


def diagnose(world: World) -> dict[str, Diagnosis]:
    """A diagnosis of every edit, by URN, in engine order."""
    explainer = _Explainer(world)
    return {urn: _diagnose(explainer, edit) for urn, edit in world.edits.items()}


def _diagnose(explainer: _Explainer, edit: Edit) -> Diagnosis:
    found = differences(edit)
    match edit.action:
        case Action.CREATE:
            own, causes = _created(explainer, edit, found)
        case Action.DELETE:
            own, causes = _deleted(explainer.world, edit, found)
        case Action.UPDATE | Action.REPLACE:
            own, causes = _changed(explainer, edit, found)
    order = {urn: explainer.world.edits[urn].position for urn in causes}
    return Diagnosis(edit, found, own, tuple(sorted(order, key=order.__getitem__)))


def _changed(
    explainer: _Explainer, edit: Edit, found: tuple[Difference, ...]
) -> tuple[tuple[Difference, ...], set[str]]:
    """An update or a replacement: labels count only if nothing else differs."""
    material = [d for d in found if not is_cosmetic(d)] or list(found)
    own: list[Difference] = []
    causes: set[str] = set()
    for difference in material:
        explained = explainer.explain(edit, difference)
        causes.update(explained)
        if not explained:
            own.append(difference)
    if not material:
        causes.update(_outside_inputs(explainer.world, edit))
    return tuple(own), causes


def _outside_inputs(world: World, edit: Edit) -> Iterator[str]:
    """Why a resource changes though no input does: its provider, what it is replaced with, what it is a view of."""
    new = edit.new
    if new:
        for urn in (provider_urn(new.provider), *new.replace_with, new.view_of):
            if urn in world.edits and urn != edit.urn:
                yield urn


def _created(
    explainer: _Explainer, edit: Edit, found: tuple[Difference, ...]
) -> tuple[tuple[Difference, ...], set[str]]:
    """A consequence when what names it derives from another step, a root when its name is written in the program."""
    naming = _naming(edit)
    explained = {d.path: explainer.explain(edit, d) for d in found if not is_cosmetic(d)}
    named = [d for d in found if d.key in naming]
    decisive = named or [d for d in found if explained.get(d.path)]
    causes = {urn for d in decisive for urn in explained.get(d.path, ())}
    derived = bool(causes) and all(explained.get(d.path) for d in named)
    return (() if derived else tuple(named or found)), causes if derived else set()


def _deleted(world: World, edit: Edit, found: tuple[Difference, ...]) -> tuple[tuple[Difference, ...], set[str]]:
    """A consequence when what named it goes or is replaced: the validation record of a name no longer asked for."""
    going = (Action.DELETE, Action.REPLACE)
    old = edit.old
    naming = [d.key for d in found if d.key in _naming(edit)]
    sources = {s for key in naming for s in (old.sources(key) if old and old.property_dependencies else ())}
    causes = {s for s in sources if s != edit.urn and s in world.edits and world.edits[s].action in going}
    return (() if causes else found), causes


def _naming(edit: Edit) -> frozenset[str]:
    """The inputs that say which real thing this is. A name the provider made up says nothing."""
    from slipway.facts import facts_for  # The table is needed only where something comes or goes.

    known = {RECORD: {"name"}, CERTIFICATE: {"domainName"}, DISTRIBUTION: {"aliases"}}.get(edit.type)
    facts = facts_for(edit.type)
    auto = facts.auto_name if facts else None
    keys = known or {"name", "bucket", "certificateArn", "distributionId", *([auto] if auto else [])}
    made_up = edit.state.inputs.get("__defaults")
    return frozenset(keys) - {key for key in (made_up if isinstance(made_up, list) else ()) if isinstance(key, str)}


def _may_be_unknown(edit: Edit) -> bool:
    """Whether an update leaves some output unknown. A preview that shows no outputs cannot say no."""
    assert edit.new is not None  # noqa: S101 - an update has a new state
    return not edit.new.outputs or any(isinstance(leaf, Unknown) for leaf in leaves(edit.new.outputs))


def _texts(state: State) -> frozenset[str]:
    values = (*leaves(state.inputs), *leaves(state.outputs), state.id)
    return frozenset(value for value in values if isinstance(value, str) and value)


def _derived(leaf: str, texts: frozenset[str]) -> bool:
    return leaf in texts or any(text in leaf for text in texts if len(text) >= _SHORTEST)
