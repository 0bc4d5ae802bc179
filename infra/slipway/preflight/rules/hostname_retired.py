"""Refuses a plan after which a hostname is no longer served, unless someone said that it may go."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.evidence import Evidence
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "hostname-retired"
TITLE = "A name goes only when it is meant to"
WHY = (
    "A diff does not say whether a name was taken out or forgotten: a moved block, a renamed file and a condition that "
    "turned false look the same. Clients that nobody knows of may still ask for it."
)
SOURCE = "Terraform's prevent_destroy vanishes with the block that carries it (hashicorp/terraform#17599)."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each name that goes and is not named."""
    for hostname in evidence.proof.with_status("retired"):
        if hostname.name not in evidence.retire:
            message = f"{hostname.name} is served before the apply and not after it"
            advice = (
                f"Keep its record set. If {hostname.name} is meant to go, name it with --retire {hostname.name} or "
                "under slipway:retire; take the record out first, and what served it when the record's TTL has passed."
            )
            yield Finding(ID, message, advice, hostname.urns, hostnames=(hostname.name,))
