"""ContinuousDeploymentPolicyInUse: a continuous deployment policy is deleted while a distribution follows it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "ContinuousDeploymentPolicyInUse"
TITLE = "A continuous deployment policy deleted in use"
WHY = "DeleteContinuousDeploymentPolicy wants the primary distribution off it first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteContinuousDeploymentPolicy."

_TYPE = "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each policy that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (DISTRIBUTION,), by=("id",))
