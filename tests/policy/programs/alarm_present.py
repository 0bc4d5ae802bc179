"""An alarm whose metric query names the distribution, and one on another metric."""

from __future__ import annotations

from typing import Any

from cdn import Site


def good() -> None:
    Site(alarm=_as_query)


def bad() -> None:
    Site(alarm=lambda args: args.update(metric_name="4xxErrorRate"))


def _as_query(args: dict[str, Any]) -> None:
    plain = {key: args.pop(key) for key in ("namespace", "metric_name", "dimensions", "period")}
    metric = {**plain, "stat": args.pop("statistic")}
    args["metric_queries"] = [{"id": "errors", "return_data": True, "metric": metric}]
