"""Answers of the counting database -> a report. Pure, but for the SELECTs it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from slipway.downloads.report import queries
from slipway.downloads.report.database import Select
from slipway.downloads.report.flip import compare
from slipway.downloads.report.model import Crate, Day, Minute, Period, Report, Version
from slipway.downloads.report.names import Canonical, deprecated
from slipway.errors import BadInput

__all__ = ["Wanted", "gather"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report shall be about: days (all by default), the day `dl` was changed, how long the lists are, and the
    names that crates have (by default the most downloaded spelling of each)."""

    first: date | None = None
    last: date | None = None
    flip: date | None = None
    top: int = 20
    names: Canonical | None = None


def gather(select: Select, wanted: Wanted) -> Report:
    """Ask for everything that a report holds. BadInput for days that end before they begin."""
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise BadInput(f"--from {wanted.first} is after --to {wanted.last}", "Give the earlier day with --from.")
    counted = _extent(select)
    period = _period(counted, wanted)
    days = tuple(_days(select, period)) if period else ()
    if counted is None or period is None or not days:
        return Report(counted, None, (), (), None, (), (), None, (), wanted.names is not None, (), wanted.top)
    canonical = wanted.names or {folded: (crate,) for folded, crate in select(queries.CANONICAL)}
    ((newest,),) = select(queries.newest_minute(period))
    return Report(
        counted=counted,
        period=period,
        days=days,
        missing=tuple(_missing(period, days)),
        newest=newest,
        crates=tuple(Crate(crate, int(n)) for crate, n in select(queries.top_crates(period, wanted.top))),
        versions=tuple(Version(c, v, int(n)) for c, v, n in select(queries.top_versions(period, wanted.top))),
        comparison=compare(days, wanted.flip) if wanted.flip else None,
        spellings=deprecated(select(queries.spellings(period)), canonical),
        listed=wanted.names is not None,
        worst=tuple(Minute(m, int(n), int(ok)) for m, n, ok in select(queries.worst_minutes(period, wanted.top))),
        top=wanted.top,
    )


def _extent(select: Select) -> Period | None:
    ((first, last),) = select(queries.EXTENT)
    return Period(first, last) if first else None


def _period(counted: Period | None, wanted: Wanted) -> Period | None:
    """The days asked for; an end that was not named is where the counts end."""
    if counted is None:
        return None
    first, last = wanted.first or counted.first, wanted.last or counted.last
    return Period(first, last) if first <= last else None


def _days(select: Select, period: Period) -> Iterator[Day]:
    downloads: dict[date, dict[str, int]] = {}
    requests: dict[date, dict[str, int]] = {}
    served: dict[date, dict[str, int]] = {}
    for day, cdn, count in select(queries.downloads_by_day(period)):
        downloads.setdefault(day, {})[cdn] = int(count)
    for day, form, count, successes in select(queries.requests_by_day(period)):
        requests.setdefault(day, {})[form] = int(count)
        served.setdefault(day, {})[form] = int(successes)
    for day in sorted(downloads.keys() | requests.keys()):
        yield Day(day, _sorted(downloads.get(day, {})), _sorted(requests.get(day, {})), _sorted(served.get(day, {})))


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _missing(period: Period, days: Sequence[Day]) -> Iterator[Period]:
    """Stretches without a day: never day by day, since one forged date may be centuries away."""
    first, last = period.first.toordinal() - 1, period.last.toordinal() + 1
    for before, after in pairwise((first, *(day.date.toordinal() for day in days), last)):
        if after - before > 1:
            yield Period(date.fromordinal(before + 1), date.fromordinal(after - 1))
