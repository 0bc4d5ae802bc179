"""When a certificate is issued, and which one CloudFront takes.

Sources: ACM User Guide, DNS validation (the CNAME must be there; a wildcard shares its parent's record); CloudFront
Developer Guide, Requirements for using SSL/TLS certificates and alternate domain names (us-east-1, issued, every alias
covered; a wildcard stands for exactly one label).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slipway.cloud.provider.rules.record_sets import RecordSet, host
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["ISSUED", "PENDING", "covers", "refuse_viewer_certificate", "unvalidated"]

ISSUED, PENDING = "ISSUED", "PENDING_VALIDATION"


def unvalidated(certificate: Mapping[str, Any], records: Iterable[RecordSet]) -> list[str]:
    """The names of the certificate whose validation record is in none of these record sets."""
    standing = {
        (host(record["Name"]), host(item["Value"]))
        for record in records
        if record["Type"] == "CNAME"
        for item in record.get("ResourceRecords", [])
    }
    return [
        option["DomainName"]
        for option in certificate.get("DomainValidationOptions", [])
        if (host(option["ResourceRecord"]["Name"]), host(option["ResourceRecord"]["Value"])) not in standing
    ]


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
