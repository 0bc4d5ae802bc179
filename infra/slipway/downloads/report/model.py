"""What a report on downloads holds. Days are days of UTC, as the logs have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["Comparison", "Crate", "Day", "Measure", "Minute", "Period", "Report", "Spelling", "Version"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something was counted: downloads by CDN; by form of the URL, requests, and those served."""

    date: date
    downloads: Mapping[str, int]
    requests: Mapping[str, int]
    served: Mapping[str, int]

    @property
    def total(self) -> int:
        """Downloads from all CDNs."""
        return sum(self.downloads.values())

    def share(self, cdn: str) -> float | None:
        """Percent of the downloads that came from a CDN; None on a day without downloads."""
        return 100 * self.downloads.get(cdn, 0) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate and its downloads in the period."""

    crate: str
    downloads: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a crate and its downloads in the period."""

    crate: str
    version: str
    downloads: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A number before and after a change: a count `by_day` or a percentage; None where there was nothing to measure."""

    name: str
    by_day: bool
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """In percent of the number before; None if there is none, or it is 0."""
        if not self.before or self.after is None:
            return None
        return 100 * (self.after - self.before) / self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """The days before a change of `dl` beside those after it. The day itself is of neither."""

    flip: date
    before: int
    after: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name that differs from the `canonical` one by case, `-` and `_` alone, and how often it was asked for."""

    crate: str
    canonical: str
    requests: int
    statuses: Mapping[str, int]
    last: date


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute's requests, of all CDNs and forms, and how many were served."""

    minute: datetime
    requests: int
    served: int

    @property
    def success(self) -> float:
        """Percent."""
        return 100 * self.served / self.requests


@dataclass(frozen=True, slots=True)
class Report:
    """The report. Without a period, nothing was counted in the days that were asked for.

    `counted` is what the database has. `missing` are the stretches of the period on which nothing was counted.
    `newest` is the last minute with a request. `listed` says that the canonical names were given.
    """

    counted: Period | None
    period: Period | None
    days: tuple[Day, ...]
    missing: tuple[Period, ...]
    newest: datetime | None
    crates: tuple[Crate, ...]
    versions: tuple[Version, ...]
    comparison: Comparison | None
    spellings: tuple[Spelling, ...]
    listed: bool
    worst: tuple[Minute, ...]
    top: int

    @property
    def total(self) -> int:
        """Downloads in the period."""
        return sum(day.total for day in self.days)

    @property
    def by_cdn(self) -> dict[str, int]:
        """Downloads in the period by CDN, in the order of their names."""
        names = sorted({cdn for day in self.days for cdn in day.downloads})
        return {cdn: sum(day.downloads.get(cdn, 0) for day in self.days) for cdn in names}

    @property
    def forms(self) -> list[str]:
        """The forms of URLs that were asked for."""
        return sorted({form for day in self.days for form in day.requests})
