"""CachePolicyInUse: a cache policy is deleted while a cache behaviour follows it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "CachePolicyInUse"
TITLE = "A cache policy deleted in use"
WHY = "DeleteCachePolicy wants every cache behaviour off the policy first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteCachePolicy."

_TYPE = "aws:cloudfront/cachePolicy:CachePolicy"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each policy that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("id",))
