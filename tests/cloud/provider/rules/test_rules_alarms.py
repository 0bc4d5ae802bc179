"""What CloudWatch takes for a metric alarm."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.provider.rules.alarms import metric_alarm_failures
from slipway.cloud.provider.values import UNKNOWN

SINGLE: dict[str, Any] = {
    "metricName": "5xxErrorRate",
    "namespace": "AWS/CloudFront",
    "statistic": "Average",
    "period": 60,
    "evaluationPeriods": 5,
    "threshold": 1,
}
METRIC = {"metricName": "Requests", "namespace": "AWS/CloudFront", "period": 300, "stat": "Sum"}
QUERIES: dict[str, Any] = {
    "evaluationPeriods": 3,
    "threshold": 3,
    "metricQueries": [{"id": "m", "metric": METRIC}, {"id": "e", "expression": "m / 2", "returnData": True}],
}


def paths(properties: dict[str, Any], **edits: Any) -> list[str]:
    edited = {name: value for name, value in {**properties, **edits}.items() if value is not None}
    return [failure.path for failure in metric_alarm_failures(edited)]


@pytest.mark.parametrize("alarm", [SINGLE, QUERIES, {**SINGLE, "period": UNKNOWN, "threshold": UNKNOWN}])
def test_alarm_is_taken(alarm: dict[str, Any]) -> None:
    """One metric, several queries, what is not known yet."""
    assert paths(alarm) == []


@pytest.mark.parametrize(
    ("edits", "path"),
    [
        ({"period": 45}, "period"),
        ({"period": 90}, "period"),
        ({"statistic": None}, "statistic"),
        ({"extendedStatistic": "p99"}, "statistic"),
        ({"namespace": None}, "namespace"),
        ({"threshold": None}, "threshold"),
        ({"thresholdMetricId": "band"}, "threshold"),
        ({"datapointsToAlarm": 6}, "datapointsToAlarm"),
        ({"period": 300, "evaluationPeriods": 289}, "evaluationPeriods"),
        ({"metricQueries": QUERIES["metricQueries"]}, "metricName"),
    ],
)
def test_alarm_of_one_metric_is_refused(edits: dict[str, Any], path: str) -> None:
    """The failure carries the property's path."""
    assert path in paths(SINGLE, **edits)


@pytest.mark.parametrize(
    ("queries", "path"),
    [
        ([{"id": "m", "metric": METRIC}], "metricQueries"),
        ([{"id": "m", "metric": METRIC, "returnData": True}, {"id": "m", "expression": "1"}], "metricQueries"),
        ([{"id": "m", "metric": METRIC, "expression": "1", "returnData": True}], "metricQueries[0]"),
        ([{"id": "m", "metric": {**METRIC, "period": 7}, "returnData": True}], "metricQueries[0].metric.period"),
    ],
)
def test_alarm_of_queries_is_refused(queries: list[Any], path: str) -> None:
    """Exactly one query is compared, ids are unique, a query is one thing."""
    assert path in paths(QUERIES, metricQueries=queries)


def test_week_of_hours_is_taken() -> None:
    """Periods of an hour may add up to seven days, shorter ones to one."""
    assert paths(SINGLE, period=3600, evaluationPeriods=168) == []
