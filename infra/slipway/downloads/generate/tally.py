"""What a counter must find in the lines that were made."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from slipway.downloads.generate.catalogue import Catalogue
from slipway.downloads.generate.traffic import KINDS, Requests

__all__ = ["Key", "Tally"]

Key = tuple[str, str, str]  # date (YYYY-MM-DD), crate, version
_COUNTS = np.array([not kind.reason for kind in KINDS])


class Tally:
    """Grows while a log is written. Four bytes for every release and day, however many lines there are."""

    def __init__(self, catalogue: Catalogue, first: date, days: int) -> None:
        self._catalogue, self._first = catalogue, first
        self._counts = np.zeros(days * catalogue.releases, dtype=np.int32)
        self._others: Counter[Key] = Counter()
        self.reasons: Counter[str] = Counter()
        self.lines = 0

    def add(self, requests: Requests, plain: NDArray[np.bool_]) -> None:
        """Count a block, without the rows that are not `plain`."""
        counted = plain & _COUNTS[requests.kind]
        row = requests.second // 86_400 * self._catalogue.releases + requests.number
        found, times = np.unique(row[counted], return_counts=True)
        self._counts[found] += times.astype(np.int32)
        for kind, times_of in enumerate(np.bincount(requests.kind[plain & ~counted]).tolist()):
            if times_of:
                self.reasons[KINDS[kind].reason] += times_of
        self.lines += int(plain.sum())

    def add_line(self, outcome: Key | str) -> None:
        """Count one line: what it is a download of, or the reason why it is none."""
        if isinstance(outcome, str):
            self.reasons[outcome] += 1
        else:
            self._others[outcome] += 1
        self.lines += 1

    def downloads(self) -> Counter[Key]:
        """Every (date, crate, version) with its downloads."""
        found = Counter(self._others)
        for row in np.flatnonzero(self._counts).tolist():
            day, number = divmod(row, self._catalogue.releases)
            key = ((self._first + timedelta(day)).isoformat(), *self._catalogue.release(number))
            found[key] += int(self._counts[row])
        return found

    @property
    def total(self) -> int:
        """All downloads."""
        return int(self._counts.sum(dtype=np.int64)) + self._others.total()

    @property
    def keys(self) -> int:
        """How many different (date, crate, version) there are, those of hostile lines left out."""
        return int(np.count_nonzero(self._counts))
