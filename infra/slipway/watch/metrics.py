"""CloudFront's metrics as CloudWatch gives them: the only part of the watch that asks AWS.

The same namespace, dimensions and statistics as the alarms and the dashboard have (components/alarms.py, dashboard.py).
All five are there for every distribution, without the additional metrics that cost something (Amazon CloudFront
developer guide, *Types of metrics for CloudFront*).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from slipway.aws import reported
from slipway.errors import BadInput, CloudError
from slipway.watch.series import Point

__all__ = ["REGION", "Read", "reader"]

Read: TypeAlias = Callable[[int, int], Mapping[str, Mapping[int, Point]]]
"""From a first minute up to, not including, a last one: the points of each service by minute."""

REGION = "us-east-1"
"""Where CloudFront's metrics are, whatever region a stack is in."""

# Field of a point -> CloudFront's metric, and the only statistic that applies to it.
_METRICS = {
    "requests": ("Requests", "Sum"),
    "error_rate": ("TotalErrorRate", "Average"),
    "rate_4xx": ("4xxErrorRate", "Average"),
    "rate_5xx": ("5xxErrorRate", "Average"),
    "bytes": ("BytesDownloaded", "Sum"),
}
_MOST_QUERIES = 500  # CloudWatch API Reference, GetMetricData: queries in one call
_WHAT = "CloudFront's metrics cannot be read"

_Key: TypeAlias = tuple[str, str]  # a service and a field
_Values: TypeAlias = dict[_Key, dict[int, float]]


def reader(client: Any, distributions: Mapping[str, str]) -> Read:
    """How to read the metrics of `distributions`: service -> distribution id.

    BadInput for a client of another region, where every distribution would look silent. Reading raises CloudError in
    AWS's words; the client retries what is throttled.
    """
    if client.meta.region_name != REGION:
        raise BadInput(
            f"CloudFront's metrics are in {REGION}, and this client asks {client.meta.region_name}",
            f"Set AWS_REGION={REGION} for this command.",
        )

    def read(first: int, last: int) -> Mapping[str, Mapping[int, Point]]:
        values: _Values = {}
        wanted = [(service, field) for service in distributions for field in _METRICS]
        for keys in _batches(wanted):
            _ask(client, {f"q{index}": key for index, key in enumerate(keys)}, distributions, first, last, values)
        return {service: _points(service, values) for service in distributions}

    return read


def _batches(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    return (keys[at : at + _MOST_QUERIES] for at in range(0, len(keys), _MOST_QUERIES))


def _ask(
    client: Any, keys: Mapping[str, _Key], distributions: Mapping[str, str], first: int, last: int, values: _Values
) -> None:
    """One question, page by page, into `values`."""
    request: dict[str, Any] = {
        "MetricDataQueries": [_query(name, distributions[key[0]], key[1]) for name, key in keys.items()],
        "StartTime": datetime.fromtimestamp(first * 60, UTC),
        "EndTime": datetime.fromtimestamp(last * 60, UTC),
    }
    tokens = {""}
    while True:
        with reported(_WHAT):
            page = client.get_metric_data(**request)
        for result in page["MetricDataResults"]:
            _check(result)
            found = values.setdefault(keys[result["Id"]], {})
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            found.update({int(at.timestamp()) // 60: float(value) for at, value in pairs})
        token = page.get("NextToken") or ""
        if token in tokens:  # none, or one that leads in a circle
            return
        tokens.add(token)
        request["NextToken"] = token


def _query(name: str, distribution: str, field: str) -> dict[str, Any]:
    metric, statistic = _METRICS[field]
    dimensions = [{"Name": "DistributionId", "Value": distribution}, {"Name": "Region", "Value": "Global"}]
    asked = {"Namespace": "AWS/CloudFront", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": asked, "Period": 60, "Stat": statistic}}


def _check(result: Mapping[str, Any]) -> None:
    """PartialData goes on with the next page; anything but that and Complete is no answer."""
    status = result.get("StatusCode", "Complete")
    if status not in ("Complete", "PartialData"):
        raise CloudError(f"{_WHAT}: CloudWatch answers {status}", "Try again; if it stays so, see AWS's health page.")


def _points(service: str, values: _Values) -> dict[int, Point]:
    """The minutes that have come whole: one without all five metrics is still on its way."""
    columns = {field: values.get((service, field), {}) for field in _METRICS}
    minutes = set.intersection(*(set(column) for column in columns.values()))
    rows = {minute: {field: column[minute] for field, column in columns.items()} for minute in sorted(minutes)}
    return {minute: Point(minute, **row) for minute, row in rows.items() if all(map(_is_sound, row.values()))}


def _is_sound(value: float) -> bool:
    return math.isfinite(value) and value >= 0
