"""FunctionInUse: a CloudFront Function is deleted while a distribution runs it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "FunctionInUse"
TITLE = "A function deleted in use"
WHY = "DeleteFunction wants every distribution off the function first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteFunction."

_TYPE = "aws:cloudfront/function:Function"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each function that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("arn",))
