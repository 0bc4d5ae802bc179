"""CloudFrontOriginAccessIdentityInUse: an origin access identity is deleted while an origin is asked with it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.names import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "CloudFrontOriginAccessIdentityInUse"
TITLE = "An origin access identity deleted in use"
WHY = "The identity goes only once no distribution's origin names it; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteCloudFrontOriginAccessIdentity."

_IDENTITY = "aws:cloudfront/originAccessIdentity:OriginAccessIdentity"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each identity that some run deletes in use; origins name it by its path."""
    yield from still_used(scene, ERROR, (_IDENTITY,), (DISTRIBUTION,), by=("id", "cloudfrontAccessIdentityPath"))
