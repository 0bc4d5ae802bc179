"""Refuses a plan that breaks answers which resolvers still hold."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.advice import advice_for
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "hostname-stale"
TITLE = "Cached answers keep working"
WHY = (
    "A record that is changed or removed is still answered from caches for its TTL. What it led to must serve that "
    "long, and an apply does not wait for it."
)
SOURCE = "RFC 1034, section 3.6 (TTL); an old distribution deleted in the same apply as the name's move."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each name."""
    for hostname in evidence.proof.with_status("stale"):
        message = f"{hostname.name} fails for clients with a cached answer: {hostname.because}"
        yield Finding(ID, message, advice_for(hostname), hostname.urns, hostnames=(hostname.name,))
