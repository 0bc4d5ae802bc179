"""Answers kept for as long as nothing in the cloud changes, so that many probes a second cost little.

This is no model of CloudFront's cache: an answer is forgotten as soon as anything at all has changed, and only answers
that come from buckets, functions and stand-ins are kept, which are the same until then.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from slipway.cloud.internet.answers import Answer

__all__ = ["Memo"]

_MOST = 2_000  # answers
_LARGEST = 16_384  # bytes of a body


@dataclass(slots=True)
class Memo:
    """`heard` counts the changes in the cloud that were heard of."""

    heard: Callable[[], int]
    _at: int = -1
    _answers: dict[Hashable, Answer] = field(default_factory=dict)

    def recall(self, key: Hashable) -> Answer | None:
        """The answer to a request, if it was given since the last change."""
        self._forget()
        return self._answers.get(key)

    def keep(self, key: Hashable, answer: Answer, asked: int) -> None:
        """Keep an answer, unless something changed since the request was made, when the count was `asked`."""
        self._forget()
        if asked == self._at and len(answer.body) <= _LARGEST and len(self._answers) < _MOST:
            self._answers[key] = answer

    def _forget(self) -> None:
        if self._at != self.heard():
            self._at = self.heard()
            self._answers.clear()
