"""CachePolicyAlreadyExists: a cache policy is created under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.named import taken_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "CachePolicyAlreadyExists"
TITLE = "Two cache policies of one name"
WHY = "An account has each name of a cache policy once."
SOURCE = "CloudFront API Reference, CreateCachePolicy."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each policy that some run creates under a taken name."""
    yield from taken_names(scene, ERROR, "aws:cloudfront/cachePolicy:CachePolicy")
