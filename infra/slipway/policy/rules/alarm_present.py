"""Every enabled distribution has an alarm on its server errors."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import Unknown, Value
from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.reading import distribution_ids, listed, may_name
from slipway.preflight.resources import DISTRIBUTION, Text
from slipway.preflight.resources.fields import items, mapping, text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "alarm-present"
TITLE = "Every enabled distribution has an alarm on server errors"
WHY = "Both great outages were first told by users. An alarm on the share of 5xx answers tells within minutes."
SOURCE = "CloudFront Developer Guide, Metrics for distributions (5xxErrorRate, by DistributionId and Region Global)."
LEVEL = Level.GUARDED

_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_METRIC = "5xxErrorRate"


def violations(stack: Stack) -> Iterator[Violation]:
    """One for all distributions without."""
    distributions = tuple(stack.of(DISTRIBUTION))
    bare = [
        one.name
        for one in distributions
        if one.properties.get("enabled") is True
        and not any(_watches(alarm, one, distributions) for alarm in stack.of(_ALARM))
    ]
    if bare:
        message = f"no alarm watches the server errors of {listed(bare)}"
        advice = f"Add a MetricAlarm on {_METRIC} with the dimension DistributionId, or a metric query with it."
        yield Violation("", message, advice)


def _watches(alarm: Resource, distribution: Resource, distributions: tuple[Resource, ...]) -> bool:
    return any(
        may_name(value, alarm.sources.get(key, ()), distribution, distribution_ids, distributions)
        for key, value in _watched(alarm)
    )


def _watched(alarm: Resource) -> Iterator[tuple[str, Text]]:
    """The distributions whose server errors an alarm reads, by its own metric or by one of its metric queries, each
    with the input that names it."""
    yield "dimensions", _subject(alarm.properties.get("metricName"), alarm.properties.get("dimensions"))
    for query in items(alarm.properties.get("metricQueries")):
        metric = query if isinstance(query, Unknown) else mapping(query).get("metric")
        if isinstance(metric, Unknown):
            yield "metricQueries", metric
        yield "metricQueries", _subject(mapping(metric).get("metricName"), mapping(metric).get("dimensions"))


def _subject(metric: Value, dimensions: Value) -> Text:
    """The distribution that a metric is about; None if it is another metric, or one of something else."""
    if metric != _METRIC and not isinstance(metric, Unknown):
        return None
    return dimensions if isinstance(dimensions, Unknown) else text(mapping(dimensions).get("DistributionId"))
