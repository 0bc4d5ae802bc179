"""No TLS below 1.2, towards viewers and towards origins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slipway.plan import Value
from slipway.policy.model import Level, Resource, Violation
from slipway.policy.reading import origins
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.resources.fields import items, mapping, text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "tls-version"
TITLE = "TLS 1.2 at least"
WHY = "TLS 1.0 and 1.1 have known weaknesses and are deprecated; a download over them can be tampered with on its way."
SOURCE = "RFC 8996; CloudFront Developer Guide, Supported protocols and ciphers between viewers and CloudFront."
LEVEL = Level.MANDATORY
TYPES = (DISTRIBUTION,)

# Security policies are named after the lowest version of TLS and the year of their ciphers: TLSv1.2_2021.
_POLICY = re.compile(r"TLSv1\.(\d)_(\d{4})")
_LOWEST = (2, 2019)
_OLD = {"SSLv3", "TLSv1", "TLSv1.1"}


def violations(resource: Resource) -> Iterator[Violation]:
    """One for what viewers may use, one for each origin that may be asked over less."""
    viewer = resource.properties.get("viewerCertificate")
    if isinstance(viewer, dict | list) and (fault := _fault(viewer)):
        advice = "Give it a certificate of its own, with minimum_protocol_version TLSv1.2_2021."
        yield Violation(resource.urn, f"{resource.name} {fault}", advice)
    for where, origin in origins(resource):
        custom = mapping(origin.get("customOriginConfig"))
        old = [one for one in items(custom.get("originSslProtocols")) if isinstance(one, str) and one in _OLD]
        if old and custom.get("originProtocolPolicy") != "http-only":
            message = f"{resource.name} may ask {where} over {' or '.join(old)}"
            yield Violation(resource.urn, message, 'Set its origin_ssl_protocols to ["TLSv1.2"].')


def _fault(viewer: Value) -> str:
    """What is wrong with what viewers are offered; CloudFront's own certificate always comes with TLSv1."""
    given = mapping(viewer)
    if given.get("cloudfrontDefaultCertificate") is True:
        return "shows viewers CloudFront's own certificate, and with it takes TLS 1.0"
    lowest = text(given.get("minimumProtocolVersion"))
    if lowest is None:
        return "does not say which TLS viewers must use, and so takes TLS 1.0"
    if not isinstance(lowest, str):
        return ""
    found = _POLICY.fullmatch(lowest)
    if found and (int(found[1]), int(found[2])) >= _LOWEST:
        return ""
    return f"takes viewers with the security policy {lowest}, below TLSv1.2_2019"
