"""Random numbers for whole blocks, the same in every release of NumPy.

NumPy keeps the raw stream of a bit generator for good, but not what its distributions make of it (NEP 19). So only the
raw stream is used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draw", "Indices", "Strings", "picked", "pool"]

Indices = NDArray[np.int64]
Strings = NDArray[np.object_]


class Draw:
    """One stream of numbers; streams of other keys have nothing to do with it."""

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(key))

    def below(self, limit: int, count: int) -> Indices:
        """So many whole numbers from 0 to `limit` - 1, all of them equally likely."""
        return (self._raw(count) % np.uint64(limit)).astype(np.int64)

    def parts(self, count: int) -> NDArray[np.float64]:
        """So many numbers from 0 up to, not including, 1."""
        return self._raw(count).astype(np.float64) * 2.0**-53

    def data(self, count: int) -> bytes:
        """So many random bytes."""
        return self._bits.random_raw(-(-count // 8)).astype("<u8").tobytes()[:count]

    def _raw(self, count: int) -> NDArray[np.uint64]:
        return self._bits.random_raw(count) >> np.uint64(11)


def pool(texts: Sequence[str]) -> Strings:
    """Texts to pick from."""
    return np.array(texts, dtype=object)


def picked(texts: Strings, indices: Indices) -> list[str]:
    """The text at each index."""
    found: list[str] = texts.take(indices).tolist()
    return found
