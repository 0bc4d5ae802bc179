"""RealtimeLogConfigAlreadyExists: a real-time log configuration is created under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.named import taken_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "RealtimeLogConfigAlreadyExists"
TITLE = "Two real-time log configurations of one name"
WHY = "An account has each name of a real-time log configuration once."
SOURCE = "CloudFront API Reference, CreateRealtimeLogConfig."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each configuration that some run creates under a taken name."""
    yield from taken_names(scene, ERROR, "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig")
