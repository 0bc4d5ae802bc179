"""InvalidViewerCertificate: a certificate that is not in us-east-1."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.viewer import Attachment
from slipway.preflight.aws.words import doing
from slipway.preflight.resources import region_of_arn
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidViewerCertificate"
TITLE = "A certificate outside us-east-1"
WHY = "CloudFront looks for ACM certificates in US East (N. Virginia) and nowhere else."
SOURCE = "CloudFront Developer Guide, Requirements for using SSL/TLS certificates (AWS Region)."

_HOME = "us-east-1"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each distribution that gets such a certificate; a region nobody knows is not held against it."""
    for found in scene.attachments:
        region = _region(found)
        if found.new_certificate and region and region != _HOME:
            because = f"{doing(found.operation)} with a certificate in {region}"
            advice = f"Create the certificate with region={_HOME!r}, or with a provider for {_HOME}."
            yield AwsRefusal(ERROR, found.operation.urn, because, advice, (found.life.urn,) if found.life else ())


def _region(found: Attachment) -> str:
    reference = found.view.certificate
    named = region_of_arn(reference.known) if reference and reference.known else None
    if isinstance(named, str):
        return named
    region = found.certificate.region if found.certificate else None
    return region if isinstance(region, str) else ""
