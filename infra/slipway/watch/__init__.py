"""Is the traffic of an environment as it was before? CloudFront's metrics, or counted logs, judged minute by minute.

    metrics   CloudWatch -> points: what AWS says of each distribution, by the minute. The only part that asks AWS.
    downloads the counting database -> points: what the logs of each CDN say. It reads the database alone.
    series    points -> series: which minutes are known, which had no request, which have not come yet. Pure.
    usual     the minutes before -> what is usual, and what lies outside it. Pure.
    signs     one minute of every service -> what is wrong with it. Pure.
    judge     series -> judgement: findings, and for each service pass, fail or inconclusive. Pure.
    follow    again and again, until there is an answer. Clock and sleep are the caller's.
    report    judgement -> text, JSON. Asks nobody.

A rollout gives a `Watch` to `look` or `follow`, and reads `Judgement.outcome`.
"""

from __future__ import annotations

from slipway.watch.follow import QUIET, Watch, follow, look, watch_of
from slipway.watch.judge import Finding, Judgement, Outcome, ServiceState, judge
from slipway.watch.metrics import reader
from slipway.watch.series import Point, Series, assemble
from slipway.watch.signs import Kind, Limits

__all__ = [
    "QUIET", "Finding", "Judgement", "Kind", "Limits", "Outcome", "Point", "Series", "ServiceState", "Watch",
    "assemble", "follow", "judge", "look", "reader", "watch_of",
]  # fmt: skip
