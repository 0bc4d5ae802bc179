"""InvalidViewerCertificate: an alias that is not on the distribution's certificate."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidViewerCertificate"
TITLE = "A certificate that does not cover an alias"
WHY = "Every alias must be a name on the certificate, or fall under a wildcard there; an asterisk stands for one label."
SOURCE = "CloudFront Developer Guide, Requirements for using alternate domain names (certificate covers the name)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each distribution with such an alias, where this plan adds aliases or changes the certificate."""
    for found in scene.attachments:
        if found.life is None or found.certificate is None:
            continue
        bare = sorted(name for name in found.view.aliases if found.certificate.covers(name) is False)
        if bare:
            certificate, names = name_of(found.life.urn), ", ".join(bare[:3])
            because = f"{doing(found.operation)} with the alias {names}, which {certificate} does not cover"
            advice = f"First add {names} to {certificate} and let it be issued, then add the alias in the next apply."
            yield AwsRefusal(ERROR, found.operation.urn, because, advice, (found.life.urn,))
