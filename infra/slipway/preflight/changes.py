"""Plan -> changes, as the verdict lists them: grouped roots with their cascades, each with a kind and a title."""

from __future__ import annotations

from msgspec.structs import replace

from slipway.plan import Op, Plan, Step
from slipway.preflight.causes import Diagnosis, diagnose
from slipway.preflight.differences import ABSENT
from slipway.preflight.edits import Action
from slipway.preflight.groups import group
from slipway.preflight.kinds import KINDS, kind_of
from slipway.preflight.lifetimes import has_nothing_after, has_nothing_before
from slipway.preflight.titles import edit_title, label_title
from slipway.preflight.verdict import Change, ChangeStep
from slipway.preflight.world import World

__all__ = ["changes_of", "unchanged_in"]


def changes_of(world: World) -> tuple[Change, ...]:
    """Every change that a plan makes; each step that does something stands in exactly one of them.

    They stand in the order in which they are best applied, and not in the engine's: that runs independent steps in
    parallel and prints them as they come, so that two previews of one diff would read differently.
    """
    diagnoses = diagnose(world)
    found = [_change(world, [diagnoses[urn] for urn in urns]) for urns in group(world, diagnoses)]
    found.sort(key=lambda change: (change.cosmetic, change.removes, KINDS.index(change.kind), change.root))
    return tuple(replace(change, id=number) for number, change in enumerate(found, start=1))


def unchanged_in(plan: Plan) -> int:
    """How many resources the plan leaves alone; components and the stack are not resources."""
    same = (step for step in plan.steps if isinstance(step, Step) and step.op is Op.SAME)
    return sum(step.state is not None and step.state.custom for step in same)


def _change(world: World, members: list[Diagnosis]) -> Change:
    roots = sorted((m for m in members if m.is_root), key=lambda m: m.edit.urn) or members
    cosmetic = all(member.is_cosmetic for member in members)
    root = min(roots, key=_weight)
    placed = [
        (position, ChangeStep(step.op, step.urn))
        for member in members
        for position, step in zip(member.edit.positions, member.edit.steps, strict=True)
    ]
    return Change(
        id=0,
        kind=kind_of(root.edit.state),
        cosmetic=cosmetic,
        title=label_title(members) if cosmetic else _title(world, root, roots, members),
        root=root.edit.urn,
        steps=tuple(step for _, step in sorted(placed, key=lambda pair: pair[0])),
        removes=all(_only_removes(member) for member in roots),
    )


def _only_removes(diagnosis: Diagnosis) -> bool:
    """Whether it takes away and gives nothing: a deleted resource, or one that loses part of an input."""
    if diagnosis.edit.action is Action.DELETE:
        return True
    lost = diagnosis.edit.action is not Action.CREATE and diagnosis.own
    return bool(lost) and all(difference.new is ABSENT for difference in diagnosis.own)


def _weight(diagnosis: Diagnosis) -> tuple[bool, bool, int, str]:
    """The root that speaks for a change: what touches something existing, then what others wait for."""
    created = diagnosis.edit.action is Action.CREATE
    return diagnosis.is_cosmetic, created, KINDS.index(kind_of(diagnosis.edit.state)), diagnosis.edit.urn


def _title(world: World, root: Diagnosis, roots: list[Diagnosis], members: list[Diagnosis]) -> str:
    if len(members) == len(world.edits) and len(members) > 1:
        if has_nothing_before(world):
            return f"first deployment of this stack: {len(members)} resources"
        if has_nothing_after(world):
            return f"removal of this whole stack: {len(members)} resources"
    others = [member for member in roots if member is not root and not member.is_cosmetic]
    title = edit_title(world, root)
    if len(others) == 1:
        return f"{title}; {edit_title(world, others[0])}"
    return f"{title}, with {len(others)} more edits" if others else title
