"""RealtimeLogConfigInUse: a real-time log configuration is deleted while a cache behaviour writes to it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "RealtimeLogConfigInUse"
TITLE = "A real-time log configuration deleted in use"
WHY = "DeleteRealtimeLogConfig wants every cache behaviour off the configuration first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteRealtimeLogConfig."

_TYPE = "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each configuration that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("arn",))
