"""ResponseHeadersPolicyInUse: a response headers policy is deleted while a cache behaviour follows it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "ResponseHeadersPolicyInUse"
TITLE = "A response headers policy deleted in use"
WHY = "DeleteResponseHeadersPolicy wants every cache behaviour off the policy first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteResponseHeadersPolicy."

_TYPE = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each policy that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("id",))
