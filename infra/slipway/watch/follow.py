"""Read and judge, once or until there is an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slipway import aws
from slipway.engine.progress import Progress
from slipway.errors import CloudError
from slipway.stack_outputs import StackOutputs
from slipway.watch.judge import BEFORE, Judgement, Outcome, judge
from slipway.watch.metrics import Read, reader
from slipway.watch.series import METRICS, Arrival, assemble
from slipway.watch.signs import Limits

__all__ = ["QUIET", "Watch", "follow", "look", "watch_of"]

QUIET = 5
"""Minutes without a finding after which it is quiet."""
_EVERY = 20.0  # seconds between two readings: a minute is seen soon after it is there
_PATIENCE = 180.0  # seconds that CloudWatch may fail for


@dataclass(frozen=True, slots=True)
class Watch:
    """What to watch: the minutes from `since` up to, not including, `until`, as `services` of all that `read` gives.

    Those left out are still read: that their metrics arrive shows that a service without any is silent, and clients
    that fail with one service ask another.
    """

    read: Read
    services: tuple[str, ...]
    since: int
    until: int
    limits: Limits
    until_quiet: bool = False
    arrival: Arrival = METRICS


def watch_of(
    outputs: StackOutputs,
    limits: Limits,
    *,
    since: int,
    until: int,
    services: Sequence[str] = (),
    until_quiet: bool = False,
) -> Watch:
    """What to watch of a deployed stack: these of its services, or all."""
    distributions = {name: each.distribution_id for name, each in outputs.services.items()}
    return Watch(
        read=reader(aws.client("cloudwatch"), distributions),
        services=tuple(dict.fromkeys(outputs.service(name).name for name in services or outputs.services)),
        since=since,
        until=until,
        limits=limits,
        until_quiet=until_quiet,
    )


def look(watch: Watch, now: float) -> Judgement:
    """Read once and judge; `now` in seconds since 1970. CloudError if AWS does not answer."""
    start = watch.since - BEFORE
    found = watch.read(start, int(now // 60) + 1)
    series = assemble(found, start=start, now=now / 60, arrival=watch.arrival)
    judgement = judge(series, watch.since, watch.limits, related=watch.arrival.related).of(watch.services)
    return judgement.newest(QUIET) if watch.until_quiet else judgement


def follow(
    watch: Watch,
    progress: Progress,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Judgement]:
    """A judgement after every reading; the last one is the answer.

    It ends with the first finding, or when all minutes have come, or ten minutes after the last (with logs, an hour)
    if some never do.
    With `until_quiet` a finding does not end it: five minutes without any do. CloudError when AWS has not answered for
    three minutes, or the first time already.
    """
    answered = clock()
    judgement: Judgement | None = None
    while True:
        try:
            judgement, answered = look(watch, clock()), clock()
        except CloudError as error:
            if judgement is None or clock() - answered > _PATIENCE:
                raise
            progress.note(f"{error.message}; asking again")
        else:
            yield judgement
        if _is_over(watch, judgement, clock() / 60):
            return
        sleep(_EVERY)


def _is_over(watch: Watch, judgement: Judgement, now: float) -> bool:
    if judgement.until >= watch.until or now >= watch.until + watch.arrival.late + 1:
        return True
    if watch.until_quiet:
        return judgement.until >= watch.since + QUIET and judgement.outcome is Outcome.PASS
    return judgement.outcome is Outcome.FAIL
