"""InvalidInput: a weight that Route 53 does not have."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import Unknown, one_line
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing
from slipway.preflight.names import RECORD
from slipway.preflight.resources import NOT_KNOWN, Number
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidInput"
TITLE = "A weight outside 0 to 255"
WHY = "The request's schema allows 0 to 255; what breaks it is no change batch at all, so the code is InvalidInput."
SOURCE = "Route 53 API Reference, ResourceRecordSet (Weight: minimum 0, maximum 255)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set written with such a weight, or weighted with what is no weight at all."""
    for _, _, version, operation in scene.made(RECORD):
        view = scene.records.seen(version)
        if view.routing == "weighted" and (fault := _fault(view.weight)):
            because = f"{doing(operation)}: its weight is {fault}"
            yield AwsRefusal(ERROR, operation.urn, because, "Shares count, not sums: scale the weights into 0 to 255.")


def _fault(weight: Number) -> str:
    if weight is None:
        return "missing"
    if isinstance(weight, Unknown):
        return "no number that AWS knows" if weight == NOT_KNOWN else ""
    return "" if 0 <= weight <= 255 and weight == int(weight) else one_line(str(weight), 20)
