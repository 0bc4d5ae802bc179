"""Disjoint sets of texts (union-find with path halving): near linear however the joins arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["Union"]


class Union:
    """Texts joined into groups; a text never joined is a group of its own."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        """From now on both are in one group."""
        top, under = self._top(one), self._top(other)
        if top != under:
            self._parent[under] = top

    def groups(self, members: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """The members' groups, both in the order given; other texts only helped to join."""
        found: dict[str, list[str]] = defaultdict(list)
        for member in members:
            found[self._top(member)].append(member)
        return tuple(tuple(group) for group in found.values())

    def _top(self, text: str) -> str:
        parent = self._parent.setdefault(text, text)
        while parent != text:
            grand = self._parent[parent]
            self._parent[text] = grand
            text, parent = grand, self._parent[grand]
        return text
