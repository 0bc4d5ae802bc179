"""What CloudWatch demands of an alarm: its period, what it measures, and how many points decide.

Sources: CloudWatch API Reference, PutMetricAlarm and MetricDataQuery; CloudWatch User Guide, Evaluating an alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["metric_alarm_failures"]

_LONGEST = 604_800  # seconds: seven days of evaluation, with periods of an hour or more
_LONGEST_SHORT = 86_400  # one day with shorter periods


def metric_alarm_failures(properties: Properties) -> Iterator[Failure]:
    """One metric or several queries, a statistic of one kind, a threshold of one kind, points that can be reached."""
    queries = properties.get("metricQueries")
    if (properties.get("metricName") is None) == (not queries) and properties.get("evaluationCriteria") is None:
        yield Failure("metricName", "exactly one of metricName and metricQueries is set")
    if queries and properties.get("period") is not None:
        yield Failure("period", "belongs to each of metricQueries, not to the alarm")
    if properties.get("metricName") is not None:
        yield from _single_metric(properties)
    yield from _exactly_one(properties, "threshold", "thresholdMetricId")
    points, periods = _number(properties, "datapointsToAlarm"), _number(properties, "evaluationPeriods")
    if points is not None and periods is not None and points > periods:
        yield Failure("datapointsToAlarm", f"{points:g} is above evaluationPeriods, {periods:g}")
    if isinstance(queries, list):
        yield from _query_failures(queries, properties.get("thresholdMetricId"))


def _single_metric(properties: Properties) -> Iterator[Failure]:
    yield from _exactly_one(properties, "statistic", "extendedStatistic")
    yield from (Failure(name, "is required with metricName") for name in _missing(properties, "namespace", "period"))
    period, periods = _number(properties, "period"), _number(properties, "evaluationPeriods")
    yield from _period_failures("period", period)
    if period is not None and periods is not None:
        longest = _LONGEST if period >= 3600 else _LONGEST_SHORT
        if period * periods > longest:
            yield Failure("evaluationPeriods", f"{periods:g} of {period:g} seconds are more than {longest} seconds")


def _period_failures(path: str, period: float | None) -> Iterator[Failure]:
    if period is not None and period not in (10, 20, 30) and (period < 60 or period % 60):
        yield Failure(path, f"{period:g} is not 10, 20, 30 or a multiple of 60 seconds")


def _query_failures(queries: list[Any], band: Any) -> Iterator[Failure]:
    """Each query is a metric or an expression, and the one to compare returns data (with a band: the band as well)."""
    known = [query for query in queries if isinstance(query, Mapping)]
    for index, query in enumerate(queries):
        if not isinstance(query, Mapping):
            continue
        path = f"metricQueries[{index}]"
        if (query.get("metric") is None) == (query.get("expression") is None):
            yield Failure(path, "takes exactly one of metric and expression")
        if isinstance(query.get("metric"), Mapping):
            yield from _period_failures(f"{path}.metric.period", _number(query["metric"], "period"))
    ids = [query.get("id") for query in known]
    if len(set(map(str, ids))) != len(ids):
        yield Failure("metricQueries", "have an id that is used twice")
    returning = sum(query.get("returnData") in (True, "true") for query in known)
    wanted = 1 if band is None else 2
    if len(known) == len(queries) and returning != wanted:
        yield Failure("metricQueries", f"must have returnData set in exactly {wanted} of them, not in {returning}")


def _exactly_one(properties: Properties, *names: str) -> Iterator[Failure]:
    if len(_missing(properties, *names)) != len(names) - 1 and properties.get("evaluationCriteria") is None:
        yield Failure(names[0], f"exactly one of {' and '.join(names)} is set")


def _missing(properties: Mapping[str, Any], *names: str) -> list[str]:
    return [name for name in names if properties.get(name) is None]


def _number(properties: Mapping[str, Any], name: str) -> float | None:
    value = properties.get(name)
    return None if value is None or value is UNKNOWN else float(value)
