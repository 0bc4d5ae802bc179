"""Requests for crate files as the counting database has them, by CDN and minute: another source for a watch.

It sees what CloudFront's metrics cannot: the other CDN, and clients' downloads alone. The logs know no bytes that were
counted, and come late (series.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from slipway.downloads.report import queries
from slipway.downloads.report.database import selecting
from slipway.errors import BadInput
from slipway.watch.follow import Watch
from slipway.watch.metrics import Read
from slipway.watch.series import LOGS, Point
from slipway.watch.signs import Limits

__all__ = ["NOTE", "watch_of_downloads"]

NOTE = (
    f"From the CDNs' logs, which come late: of the last {LOGS.late} minutes requests may still be missing, and one "
    "without any is no silence. Before that it is, unless the logs, or their counting, have stopped."
)
"""What is to be known about these numbers."""

_DAY = 24 * 60  # minutes


def watch_of_downloads(
    database: str, limits: Limits, *, since: int, until: int, services: Sequence[str] = (), until_quiet: bool = False
) -> Watch:
    """What to watch of a counting database: its CDNs that were asked since the day before `since`, or these of them.

    BadInput where there is none such; CloudError while the database is written to.
    """
    with selecting(database) as select:
        there = sorted(cdn for (cdn,) in select(queries.cdns(_moment(since - _DAY))))
    if not there:
        raise BadInput(
            "no request of the last day is in the counting database",
            "Count the logs first: `slipway downloads count`.",
        )
    if unknown := [name for name in services if name not in there]:
        raise BadInput(f"the counting database has no CDN {unknown[0]!r}", f"It has {', '.join(there)}.")
    return Watch(
        read=_reader(database, there),
        services=tuple(dict.fromkeys(services or there)),
        since=since,
        until=until,
        limits=limits,
        until_quiet=until_quiet,
        arrival=LOGS,
    )


def _reader(database: str, cdns: Sequence[str]) -> Read:
    """The database is opened for every reading, so that counting goes on in between."""

    def read(first: int, last: int) -> Mapping[str, Mapping[int, Point]]:
        found: dict[str, dict[int, Point]] = {cdn: {} for cdn in cdns}
        with selecting(database) as select:
            for at, cdn, *counts in select(queries.minutes(_moment(first), _moment(last))):
                minute = int(at.replace(tzinfo=UTC).timestamp()) // 60
                if cdn in found:
                    found[cdn][minute] = _point(minute, *map(int, counts))
        return found

    return read


def _point(minute: int, requests: int, served: int, four: int, five: int) -> Point:
    """Requests that were neither served nor answered with an error are errors of no kind: a client that left (000)."""
    share = 100 / requests if requests else 0.0
    return Point(minute, float(requests), (requests - served) * share, four * share, five * share, 0.0)


def _moment(minute: int) -> datetime:
    """A minute as the database has it: UTC, without saying so."""
    return datetime.fromtimestamp(minute * 60, UTC).replace(tzinfo=None)
