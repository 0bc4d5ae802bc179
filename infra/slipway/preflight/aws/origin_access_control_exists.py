"""OriginAccessControlAlreadyExists: an origin access control is created under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.named import taken_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "OriginAccessControlAlreadyExists"
TITLE = "Two origin access controls of one name"
WHY = "An account has each name of an origin access control once."
SOURCE = "CloudFront API Reference, CreateOriginAccessControl."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each control that some run creates under a taken name."""
    yield from taken_names(scene, ERROR, "aws:cloudfront/originAccessControl:OriginAccessControl")
