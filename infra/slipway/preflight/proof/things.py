"""Physical things and what they are over time: each content with the condition under which it is the present one.

A thing is known by what AWS knows it by (a record set by zone, name, type and set identifier; a bucket's policy by its
bucket; the rest by generation), never by URN alone: several operations, of several URNs, may act on one thing, and
what the last of them leaves is what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from slipway.plan.order import Order
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.proof.condition import ALWAYS, Condition, waits

__all__ = ["Content", "Effect", "Thing", "thing_of", "thing_of_life"]

View = TypeVar("View")


class Effect(msgspec.Struct, Generic[View], frozen=True, gc=False):
    """What an operation leaves: a view, or None for nothing. Not `certain`: only if an unknown value says so."""

    operation: int
    view: View | None
    certain: bool = True


class Content(msgspec.Struct, Generic[View], frozen=True, gc=False):
    """What a thing is (None: it is not there) while a condition holds. `by` is the operation that made it so."""

    view: View | None
    when: Condition
    by: int | None


class Thing(msgspec.Struct, Generic[View], frozen=True, gc=False):
    """A physical thing with all its contents; the first is what it is before the apply."""

    key: Hashable
    contents: tuple[Content[View], ...]

    @property
    def initial(self) -> View | None:
        """What it is before the apply; None if it is not there yet."""
        return self.contents[0].view

    @property
    def present(self) -> Iterator[tuple[Content[View], View]]:
        """Its contents while it is there."""
        return ((content, content.view) for content in self.contents if content.view is not None)

    @property
    def absent(self) -> Iterator[Content[View]]:
        """The conditions under which it is not there."""
        return (content for content in self.contents if content.view is None)

    @property
    def newest(self) -> View | None:
        """Some view of it, the newest."""
        return next((content.view for content in reversed(self.contents) if content.view is not None), None)


def thing_of(key: Hashable, initial: View | None, effects: Sequence[Effect[View]], order: Order) -> Thing[View]:
    """A thing from its effects: one stands until an operation takes effect that must come after it, and may be undone
    by any whose place is open."""
    first = Content(initial, Condition(pending=frozenset(effect.operation for effect in effects)), None)
    return Thing(key, (first, *(_content(key, effect, effects, order) for effect in effects)))


def _content(key: Hashable, effect: Effect[View], effects: Sequence[Effect[View]], order: Order) -> Content[View]:
    own = effect.operation
    others = [other.operation for other in effects if other.operation != own]
    later = frozenset(other for other in others if waits(order, other, own))
    in_order = all(other in later or waits(order, own, other) for other in others)
    last = frozenset() if in_order else frozenset({(key, own)})
    return Content(effect.view, Condition(frozenset({own}), later, effect.certain, last=last), own)


def thing_of_life(key: Hashable, life: Life, view: Callable[[Version], View], order: Order) -> Thing[View]:
    """A thing that one life makes up: the contents are its versions."""
    first = life.versions[0]
    if not life.is_touched:
        return Thing(key, (Content(view(first), ALWAYS, None),))
    effects = [Effect(version.since.index, view(version)) for version in life.versions if version.since is not None]
    if life.end is not None:
        effects.append(Effect(life.end.index, None))
    return thing_of(key, view(first) if first.since is None else None, effects, order)
