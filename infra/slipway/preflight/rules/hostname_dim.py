"""Refuses a plan of which some run breaks a part of a hostname's answers."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.advice import advice_for
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "hostname-dim"
TITLE = "Every answer with a share works"
WHY = (
    "A weighted or multivalue set fails for the share of its failing members, and a retry may meet the same member "
    "again. What gets a weight above 0 must work first."
)
SOURCE = "Traffic weight given to a second CDN whose identity was not yet in the bucket policy: its share got 403."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each name."""
    for hostname in evidence.proof.with_status("dim"):
        message = f"a part of the answers for {hostname.name} fails: {hostname.because}"
        yield Finding(ID, message, advice_for(hostname), hostname.urns, hostnames=(hostname.name,))
