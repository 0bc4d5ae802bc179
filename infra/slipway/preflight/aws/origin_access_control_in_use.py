"""OriginAccessControlInUse: an origin access control is deleted while an origin is asked with it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "OriginAccessControlInUse"
TITLE = "An origin access control deleted in use"
WHY = "DeleteOriginAccessControl wants every origin off the control first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteOriginAccessControl."

_TYPE = "aws:cloudfront/originAccessControl:OriginAccessControl"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each control that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("id",))
