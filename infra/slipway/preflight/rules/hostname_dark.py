"""Refuses a plan of which some run leaves a hostname without any answer that works."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.advice import advice_for
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "hostname-dark"
TITLE = "No hostname goes dark"
WHY = (
    "The engine runs independent steps in any order, and an apply may stop at any of them. A name that is unserved in "
    "one of these runs is unserved sooner or later, and resolvers remember that it was."
)
SOURCE = "The outage of 2023-01-25: a record removed, its replacement ten minutes behind the issuance of a certificate."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each name, with the run in the hostname's own entry."""
    for hostname in evidence.proof.with_status("dark"):
        message = f"{hostname.name} goes dark: {hostname.because}"
        if hostname.worst_case_seconds is not None:
            message += f"; dark for up to {hostname.worst_case_seconds} seconds"
        yield Finding(ID, message, advice_for(hostname), hostname.urns, hostnames=(hostname.name,))
