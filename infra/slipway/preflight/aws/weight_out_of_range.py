"""InvalidInput: a weight that Route 53 does not have."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing
from slipway.preflight.names import RECORD
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidInput"
TITLE = "A weight outside 0 to 255"
WHY = "The request's schema allows 0 to 255; what breaks it is no change batch at all, so the code is InvalidInput."
SOURCE = "Route 53 API Reference, ResourceRecordSet (Weight: minimum 0, maximum 255)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set written with such a weight."""
    for _, _, version, operation in scene.made(RECORD):
        weight = scene.records.seen(version).weight
        if isinstance(weight, (int, float)) and not 0 <= weight <= 255:
            because = f"{doing(operation)}: its weight is {weight:g}"
            yield AwsRefusal(ERROR, operation.urn, because, "Shares count, not sums: scale the weights into 0 to 255.")
