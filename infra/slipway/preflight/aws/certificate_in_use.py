"""ResourceInUseException: a certificate is deleted while a distribution serves with it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "ResourceInUseException"
TITLE = "A certificate deleted in use"
WHY = "ACM keeps a certificate that anything uses. The provider retries for 20 minutes and then fails the whole apply."
SOURCE = "ACM API Reference, DeleteCertificate; hashicorp/terraform-provider-aws, internal/service/acm/certificate.go."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each certificate that some run deletes while a distribution of this plan uses it."""
    yield from still_used(scene, ERROR, (CERTIFICATE,), (DISTRIBUTION,), by=("id", "arn"))
