"""Weights: a member of weight 0 is answered with only while no other member of its set has a share.

Source: Route 53 Developer Guide, "Values specific for weighted records": if all weights are 0, all are equally likely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from slipway.preflight.proof.condition import ALWAYS, Condition, TooMany
from slipway.preflight.proof.records import Key
from slipway.preflight.proof.things import Thing
from slipway.preflight.resources import RecordSet

__all__ = ["Shares"]

_MOST = 64


class Shares:
    """The record sets of one name, as members of the sets they form."""

    def __init__(self, things: Sequence[Thing[RecordSet]]) -> None:
        self._things = things
        # Two members of each type that have a share throughout settle the matter for all others.
        self._firm: dict[str, list[Thing[RecordSet]]] = defaultdict(list)
        for thing in things:
            held = self._firm[_type(thing)]
            if len(held) < 2 and all(c.view is not None and c.view.weight != 0 for c in thing.contents):
                held.append(thing)

    def louder(self, thing: Thing[RecordSet]) -> list[Condition]:
        """When a member of weight 0 is not answered with: another one has a share. Raises TooMany."""
        if self._drowned(thing):
            return [ALWAYS]
        return [content.when for peer in self._peers(thing) for content, view in peer.present if view.weight != 0]

    def quiet(self, thing: Thing[RecordSet]) -> list[list[Condition]]:
        """For each other member, when it has no share either. Raises TooMany."""
        if self._drowned(thing):
            return [[]]
        return [[c.when for c in peer.contents if c.view is None or c.view.weight == 0] for peer in self._peers(thing)]

    def _drowned(self, thing: Thing[RecordSet]) -> bool:
        return any(_one_set(one, thing) for held in self._firm.values() for one in held if one is not thing)

    def _peers(self, thing: Thing[RecordSet]) -> Iterator[Thing[RecordSet]]:
        if len(self._things) > _MOST:
            raise TooMany
        return (peer for peer in self._things if peer is not thing and _one_set(peer, thing))


def _type(thing: Thing[RecordSet]) -> str:
    return thing.key.type if isinstance(thing.key, Key) else ""


def _one_set(one: Thing[RecordSet], other: Thing[RecordSet]) -> bool:
    """Whether two record sets of a name answer the same questions: a CNAME answers all of them."""
    kinds = {_type(one), _type(other)}
    return len(kinds) == 1 or "CNAME" in kinds
