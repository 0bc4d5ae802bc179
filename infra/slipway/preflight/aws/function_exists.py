"""FunctionAlreadyExists: a CloudFront Function is created under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.named import taken_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "FunctionAlreadyExists"
TITLE = "Two functions of one name"
WHY = "Functions are known by their names, and an account has each name once."
SOURCE = "CloudFront API Reference, CreateFunction."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each function that some run creates under a taken name."""
    yield from taken_names(scene, ERROR, "aws:cloudfront/function:Function")
