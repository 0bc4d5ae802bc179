"""One page that shows how every service of an environment does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from slipway.components.paging import REGION

__all__ = ["Dashboard"]

# Units of the dashboard's grid, which is 24 wide: four graphs in a row, a row a service.
_WIDTH, _HEIGHT = 6, 6
# Seconds.
_PERIOD = 60


class Dashboard(pulumi.ComponentResource):
    """A row for each of `services` (its key, and its distribution's id): requests with the band that CloudWatch has
    learned of them, error rates, origin latency, cache hit rate.

    Latency and hit rate are empty for a distribution without additional metrics (see `ServiceAlarms`).

    A dashboard must have a name. It is made of project, stack and `name`, so that a rename makes another one.

    Replaced: by another name only. New services and graphs change it in place.
    """

    def __init__(
        self, name: str, *, services: Mapping[str, pulumi.Input[str]], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:components:Dashboard", name, None, opts)
        widgets = [
            _graph(row, column, title, series, **axis)
            for row, (key, distribution) in enumerate(sorted(services.items()))
            for column, (title, series, axis) in enumerate(_graphs(key, distribution))
        ]
        cloudwatch.Dashboard(
            name,
            region=REGION,
            dashboard_name=f"{pulumi.get_project()}-{pulumi.get_stack()}-{name}",
            dashboard_body=pulumi.Output.json_dumps({"widgets": widgets}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _graphs(key: str, distribution: pulumi.Input[str]) -> Sequence[tuple[str, list[Any], dict[str, Any]]]:
    def series(metric: str, stat: str, **more: str) -> list[Any]:
        dimensions = ["DistributionId", distribution, "Region", "Global"]
        return ["AWS/CloudFront", metric, *dimensions, {"stat": stat, **more}]

    percent = {"yAxis": {"left": {"min": 0, "max": 100}}}
    zero = {"yAxis": {"left": {"min": 0}}}
    usual = [{"expression": "ANOMALY_DETECTION_BAND(requests, 2)", "id": "usual", "label": "usual"}]
    return (
        (f"{key}: requests a minute", [series("Requests", "Sum", id="requests"), usual], zero),
        (f"{key}: errors, %", [series("5xxErrorRate", "Average"), series("4xxErrorRate", "Average")], zero),
        (f"{key}: origin latency, ms", [series("OriginLatency", "p50"), series("OriginLatency", "p95")], zero),
        (f"{key}: cache hits, %", [series("CacheHitRate", "Average")], percent),
    )


def _graph(row: int, column: int, title: str, series: list[Any], **axis: Any) -> dict[str, Any]:
    properties = {"title": title, "view": "timeSeries", "region": REGION, "period": _PERIOD, "metrics": series, **axis}
    place = {"x": column * _WIDTH, "y": row * _HEIGHT, "width": _WIDTH, "height": _HEIGHT}
    return {"type": "metric", **place, "properties": properties}
