"""A distribution's certificate is in us-east-1."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.reading import certificate_arn, certificate_of
from slipway.preflight.resources import DISTRIBUTION, region_of_arn
from slipway.preflight.resources.fields import text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "certificate-region"
TITLE = "A distribution's certificate is in us-east-1"
WHY = "CloudFront takes certificates from there alone; one elsewhere is issued, waited for, and then refused."
SOURCE = "CloudFront Developer Guide, Requirements for using SSL/TLS certificates with CloudFront (AWS Region)."
LEVEL = Level.MANDATORY

_REGION = "us-east-1"


def violations(stack: Stack) -> Iterator[Violation]:
    """One for each distribution with a certificate that is known to be elsewhere."""
    for distribution in stack.of(DISTRIBUTION):
        region = _region(distribution, stack)
        if region not in (None, _REGION):
            message = f"{distribution.name} takes a certificate from {region}"
            advice = f'Request the certificate with region="{_REGION}", and keep the old one until it is in use.'
            yield Violation(distribution.urn, message, advice)


def _region(distribution: Resource, stack: Stack) -> str | None:
    """The certificate's region by its ARN, its own setting or its provider's; None while that is not known."""
    arn = region_of_arn(certificate_arn(distribution))
    if isinstance(arn, str):
        return arn
    certificate = certificate_of(distribution, stack)
    if certificate is None:
        return None
    given = text(certificate.properties.get("region"))
    region = text(certificate.provider.get("region")) if given is None else given
    return region if isinstance(region, str) else None
