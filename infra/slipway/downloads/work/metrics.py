"""What was done, as metrics of CloudWatch's: Objects, Lines, Failed and Seconds in the namespace Slipway/Downloads.

They are added up and sent once a minute, which is the resolution that CloudWatch keeps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from slipway import aws
from slipway.downloads.work.count import Done, Outcome
from slipway.errors import SlipwayError

__all__ = ["NAMESPACE", "Metrics"]

NAMESPACE = "Slipway/Downloads"
_EVERY = 60.0  # seconds


class Metrics:
    """Adds up and sends. That nothing can be sent is noted once, and then left."""

    def __init__(self, cloudwatch: Any, note: Callable[[str], None]) -> None:
        self._cloudwatch, self._note = cloudwatch, note
        self._turn = threading.Lock()
        self._done: list[Done] = []
        self._due = time.monotonic() + _EVERY
        self._silent = False

    def add(self, done: Done) -> None:
        """Add what was done, and send if it is time to."""
        with self._turn:
            self._done.append(done)
            due = time.monotonic() >= self._due
        if due:
            self.send()

    def send(self) -> None:
        """Send what there is."""
        with self._turn:
            done, self._done = self._done, []
            self._due = time.monotonic() + _EVERY
            if not done or self._silent:
                return
            try:
                with aws.reported("the metrics cannot be sent"):
                    self._cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=_data(done))
            except SlipwayError as error:
                self._silent = True
                self._note(f"{error.message}; counting goes on without")


def _data(done: list[Done]) -> list[dict[str, Any]]:
    seconds = [each.seconds for each in done]
    statistics = {"SampleCount": len(done), "Sum": sum(seconds), "Minimum": min(seconds), "Maximum": max(seconds)}
    failed = sum(each.outcome is Outcome.FAILED for each in done)
    return [
        {"MetricName": "Objects", "Value": len(done), "Unit": "Count"},
        {"MetricName": "Lines", "Value": sum(each.lines for each in done), "Unit": "Count"},
        {"MetricName": "Failed", "Value": failed, "Unit": "Count"},
        {"MetricName": "Seconds", "StatisticValues": statistics, "Unit": "Seconds"},
    ]
