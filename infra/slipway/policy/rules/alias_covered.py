"""Every alias of a distribution is a name on its certificate."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import leaves
from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.reading import certificate_arn, certificate_of, listed
from slipway.preflight.names import alias_names, certificate_names, covers
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.resources.fields import mapping

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "alias-covered"
TITLE = "A distribution's certificate covers every alias"
WHY = "CloudFront refuses an alias that is not on the certificate in the middle of an update, which stops half done."
SOURCE = "CloudFront Developer Guide, Requirements for using alternate domain names (InvalidViewerCertificate)."
LEVEL = Level.MANDATORY


def violations(stack: Stack) -> Iterator[Violation]:
    """One for each distribution with aliases and no certificate, or one in the stack that lacks some of them."""
    for distribution in stack.of(DISTRIBUTION):
        aliases = alias_names(distribution.properties)
        certificate = certificate_of(distribution, stack)
        if aliases and _has_none(distribution):
            message = f"{distribution.name} answers to {listed(aliases)} with CloudFront's own certificate"
            yield Violation(distribution.urn, message, "Give it an ACM certificate that covers them.")
        elif certificate is not None and (bare := _not_on(certificate, aliases)):
            message = f"{distribution.name} answers to {listed(bare)}, which {certificate.name} does not cover"
            advice = f"First add the names to {certificate.name} and let it be issued, then add the aliases."
            yield Violation(distribution.urn, message, advice)


def _has_none(distribution: Resource) -> bool:
    viewer = distribution.properties.get("viewerCertificate")
    given = mapping(viewer)
    if not given and viewer not in (None, [], {}):
        return False  # not known yet
    return certificate_arn(distribution) is None and given.get("iamCertificateId") in (None, "")


def _not_on(certificate: Resource, aliases: frozenset[str]) -> list[str]:
    """The names it surely lacks: an imported certificate tells its names when it has been imported."""
    written = (certificate.properties.get("domainName"), certificate.properties.get("subjectAlternativeNames"))
    given = [leaf for value in written for leaf in leaves(value) if leaf is not None]
    if not given or not all(isinstance(leaf, str) for leaf in given):
        return []
    names = certificate_names(certificate.properties)
    return [alias for alias in aliases if not covers(names, alias)]
