"""InvalidViewerCertificate: aliases on a distribution without a certificate of its own."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidViewerCertificate"
TITLE = "Aliases without a certificate"
WHY = "CloudFront takes an alternate domain name only with a certificate that proves the right to use it."
SOURCE = "CloudFront Developer Guide, Requirements for using alternate domain names."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each distribution created or changed into that."""
    for found in scene.attachments:
        if found.view.aliases and found.view.certificate is None and not found.view.other_certificate:
            names = ", ".join(sorted(found.view.aliases)[:3])
            because = f"{doing(found.operation)} with the alias {names} and no certificate"
            advice = f"Give {name_of(found.view.urn)} a certificate that covers its aliases, or take them off first."
            yield AwsRefusal(ERROR, found.operation.urn, because, advice)
