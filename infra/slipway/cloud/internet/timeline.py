"""What one place holds, and what is on its way there: a change takes effect at each place at a time of its own."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["Subject", "Timeline"]

Subject: TypeAlias = tuple[str, str]
"""A kind of thing and its id."""


@dataclass(slots=True)
class Timeline:
    """One place. `held` is what stands there by now, `version` another number whenever that may have changed."""

    version: int = 0
    held: dict[Subject, Any] = field(default_factory=dict)
    _newest: dict[Subject, int] = field(default_factory=dict)
    _coming: list[tuple[float, int, Subject, Any]] = field(default_factory=list)

    def expect(self, when: float, number: int, subject: Subject, value: Any) -> None:
        """From `when` on (Unix seconds) the place holds this value; None: the subject is gone. `number` orders the
        changes of a subject: an earlier one that arrives later changes nothing. A number is used once a subject."""
        heapq.heappush(self._coming, (when, number, subject, value))

    def settle(self, now: float) -> Iterator[tuple[Subject, Any]]:
        """Take up what is due, one change after the other, as far as the caller goes."""
        while self._coming and self._coming[0][0] <= now:
            _, number, subject, value = heapq.heappop(self._coming)
            if number < self._newest.get(subject, number):
                continue
            self._newest[subject] = number
            self.version += 1
            if value is None:
                self.held.pop(subject, None)
            else:
                self.held[subject] = value
            yield subject, value
