"""What the plan does to each real thing, from before the apply to after it.

A *life* is one real thing: what a URN stands for before the apply is one, what replaces it is another. A life that is
updated has two *versions*. What the engine's `retainOnDelete` keeps lives on, for AWS is never asked to delete it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from slipway.plan import Op, State, Step, Value
from slipway.plan.operations import Act, Operation

__all__ = ["Life", "Version", "lives_of"]

_GOING = (Op.DELETE, Op.DELETE_REPLACED, Op.REPLACE, Op.DISCARD, Op.DISCARD_REPLACED)


class Version(msgspec.Struct, frozen=True, gc=False):
    """What a real thing is like from the operation `since` (None: before the apply) up to `until` (None: to its end
    and beyond). `state` is what the program asked for; `seen` is the state that holds its id and outputs, if any."""

    state: State
    seen: State
    since: Operation | None = None
    until: Operation | None = None

    @property
    def id(self) -> Value:
        """The real thing's own id; None while it is not created."""
        return self.seen.id

    def value(self, key: str) -> Value:
        """An input, or the output of that name where the program left it to the provider."""
        given = self.state.inputs.get(key)
        return self.seen.outputs.get(key) if given is None else given


class Life(msgspec.Struct, frozen=True, gc=False):
    """One real thing, in the versions it goes through; `let_go` if the engine forgets it and leaves it as it is."""

    urn: str
    versions: tuple[Version, ...]
    let_go: bool = False

    @property
    def born(self) -> Operation | None:
        """What creates it; None if it stands already."""
        return self.versions[0].since

    @property
    def end(self) -> Operation | None:
        """What deletes it; None if it stays."""
        return self.versions[-1].until

    @property
    def is_touched(self) -> bool:
        """Whether the plan does anything to it."""
        return len(self.versions) > 1 or self.versions[0].since is not None or self.versions[0].until is not None


def lives_of(urn: str, steps: Sequence[Step], operations: Sequence[Operation]) -> tuple[Life, ...]:
    """Every real thing that one URN stands for in the course of the apply."""
    if len(steps) == 1 and (step := steps[0]).op is Op.SAME and step.old and step.new:
        return (Life(urn, (Version(step.new, step.old),)),)  # nearly every resource of nearly every plan
    return tuple(_lives(urn, steps, operations))


def _lives(urn: str, steps: Sequence[Step], operations: Sequence[Operation]) -> Iterator[Life]:
    ended: list[Value] = []
    for operation in operations:
        old, new = operation.old, operation.new
        if operation.act is Act.DELETE and old:
            ended.append(old.id)
            yield Life(urn, (Version(old, old, until=operation),))
        elif operation.act is Act.UPDATE and old and new:
            ended.append(old.id)
            yield Life(urn, (Version(old, old, until=operation), Version(new, old, since=operation)))
        elif operation.act is Act.CREATE and new:
            yield Life(urn, (Version(new, new, since=operation),))
    for step in steps:
        if (life := _untouched(step, ended)) is not None:
            ended.append(life.versions[0].id)
            yield life


def _untouched(step: Step, ended: Sequence[Value]) -> Life | None:
    """What stands before the apply and stays as it is, if this step speaks of such a thing."""
    seen = step.old or step.new
    if seen is None or step.op in (Op.CREATE, Op.CREATE_REPLACEMENT, Op.UPDATE) or seen.id in ended:
        return None
    if step.op in _GOING:  # Nothing deletes it: it is retained, was only read, or is gone since an earlier apply.
        return None if seen.pending_replacement else Life(step.urn, (Version(seen, seen),), let_go=True)
    return Life(step.urn, (Version(step.new or seen, seen),))
