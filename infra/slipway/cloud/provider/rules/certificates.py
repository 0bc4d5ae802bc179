"""Which certificate CloudFront takes for which names.

Source: CloudFront Developer Guide, Requirements for using SSL/TLS certificates and alternate domain names (us-east-1,
issued, every alias covered; a wildcard stands for exactly one label).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slipway.cloud.provider.rules.record_sets import host
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["ISSUED", "PENDING", "covers", "refuse_viewer_certificate"]

ISSUED, PENDING = "ISSUED", "PENDING_VALIDATION"


def covers(pattern: str, name: str) -> bool:
    """Whether a certificate's name covers a host name: equal, or a wildcard for exactly the first label."""
    pattern, name = host(pattern), host(name)
    return pattern == name or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:])


def refuse_viewer_certificate(
    aliases: Iterable[str], arn: str, certificate: Mapping[str, Any] | None, status: str, operation: str
) -> None:
    """Raise InvalidViewerCertificate unless CloudFront would take this certificate for these aliases."""
    if not arn:
        first = next(iter(aliases), None)
        if first is None:
            return
        why = (
            "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted "
            f"certificate that validates your authorization to use the domain name: {first} has none."
        )
    elif arn.split(":")[3] != "us-east-1":
        why = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't "
        why += f"include a valid certificate chain: it is in {arn.split(':')[3]}."
    elif certificate is None:
        why = f"The specified SSL certificate doesn't exist: {arn}."
    elif status != ISSUED:
        why = f"The specified SSL certificate isn't valid: {arn} is {status}."
    else:
        names = certificate.get("SubjectAlternativeNames", [])
        bare = [alias for alias in aliases if not any(covers(name, alias) for name in names)]
        if not bare:
            return
        why = (
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) "
            f"that you're trying to add: {', '.join(bare)}."
        )
    raise refusal("InvalidViewerCertificate", why, operation)
