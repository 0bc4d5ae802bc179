"""Which crates and versions there are, and how often each is asked for.

The popularity of crates follows Zipf's law. Of a crate's versions the newest is asked for most, and each older one half
as often, but for a floor: lock files keep old versions alive.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product

import numpy as np

from slipway.downloads.generate.draw import Draw, Indices, Strings, pool

__all__ = ["VERSIONS", "Catalogue"]

# Short names are given out first, as they were to those who came first.
_TEXT = (
    "serde tokio rand async hash json macro core util derive http regex log time byte error bit cell crypto wasm "
    "lazy map parse lock atom cargo client codec color config cpu data deque dns env event file fmt futures glob "
    "graph io iter key lib math mem mio net num path pin proc quote ring safe smol static str sync syn test thread tls"
)
_WORDS = _TEXT.split()
_MOST = 24  # versions of one crate
# How versions are written, of 100 crates: the last ones have pre-releases and build metadata.
_STYLES = (
    (40, "0.{0}.{1}"),
    (25, "1.0.{2}"),
    (25, "1.{2}.0"),
    (4, "0.{0}.0-alpha.{1}"),
    (2, "2.0.0-rc.{2}"),
    (2, "0.{2}.0+5.{2}.0-patched"),
    (2, "2.0.{2}+zstd.1.5.{1}"),
)
# Every version text there is: a crate's are _MOST in a row, the newest last.
VERSIONS = tuple(style.format(n // 5, n % 5, n) for _, style in _STYLES for n in range(_MOST))
_EXPONENT = 0.9  # of Zipf's law
_OFF = 97  # one name in so many is another spelling of a name that exists, as old manifests have


class Catalogue:
    """So many crates, known by their rank: the most popular is crate 0."""

    def __init__(self, crates: int, draw: Draw) -> None:
        self.names = _names(crates)
        styles = np.repeat(np.arange(len(_STYLES)), [share for share, _ in _STYLES])
        self._style = styles.take(draw.below(100, crates))
        self.versions_of = draw.below(_MOST, crates) + 1
        self._first = np.concatenate(([0], np.cumsum(self.versions_of)))  # the number of each crate's first release
        self.releases = int(self._first[-1])

    def crates(self, draw: Draw, count: int) -> Indices:
        """The crates of so many requests."""
        return np.searchsorted(self._reach, draw.parts(count), side="right").astype(np.int64)

    def ages(self, crates: Indices, draw: Draw) -> Indices:
        """How many newer versions there are than the one that each request is for."""
        return np.where(
            draw.below(4, len(crates)) == 0,
            draw.below(_MOST, len(crates)) % self.versions_of[crates],
            np.minimum(_HALVING.take(draw.below(len(_HALVING), len(crates))), self.versions_of[crates] - 1),
        )

    def versions(self, crates: Indices, ages: Indices) -> Indices:
        """The place in VERSIONS of each request's version."""
        return self._style[crates] * _MOST + self.versions_of[crates] - 1 - ages

    def numbers(self, crates: Indices, ages: Indices) -> Indices:
        """The number of each request's release: what it is counted under."""
        return self._first[crates] + ages

    def release(self, number: int) -> tuple[str, str]:
        """Name and version of a release by its number."""
        crate = int(np.searchsorted(self._first, number, side="right")) - 1
        age = number - self._first[crate]
        return self.names[crate], VERSIONS[int(self.versions(np.array([crate]), np.array([age]))[0])]

    @cached_property
    def pool(self) -> Strings:
        """The names, to pick from."""
        return pool(self.names)

    @cached_property
    def _reach(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The share of requests for the crates up to each."""
        shares = np.cumsum(np.arange(1, len(self.names) + 1, dtype=np.float64) ** -_EXPONENT)
        reach: np.ndarray[tuple[int], np.dtype[np.float64]] = shares / shares[-1]
        reach[-1] = 1.0
        return reach


# Half the requests are for the newest version, a quarter for the one before, and so on.
_HALVING = np.array([12 - max(1, number).bit_length() for number in range(4096)])


def _names(count: int) -> list[str]:
    dashed = ((word,) for word in _WORDS)
    twice, thrice = product(_WORDS, repeat=2), product(_WORDS, repeat=3)
    names: list[str] = []
    for number, words in zip(range(count), (words for part in (dashed, twice, thrice) for words in part), strict=False):
        if number % _OFF == _OFF - 1:
            names.append(_respelled(names[number // 8]))
        else:
            names.append(("-" if number % 3 else "_").join(words))
    return names


def _respelled(name: str) -> str:
    """A name that the registry takes for the same, but the counter does not."""
    swapped = name.translate(str.maketrans("-_", "_-"))
    return swapped if swapped != name else name.capitalize()
