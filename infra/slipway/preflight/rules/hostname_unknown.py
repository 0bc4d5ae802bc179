"""Refuses a plan that the proof cannot decide, and everything if the proof itself fails."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.advice import advice_for
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "hostname-unknown"
TITLE = "What cannot be proven is not applied"
WHY = (
    "A preview does not know every value. Where a served name may rest on one, nobody knows whether it stays served; a "
    "guess would let the danger through."
)
SOURCE = "The sentinels of pulumi/sdk, go/common/resource/plugin/rpc.go: an unknown output is any value at all."


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each name; one, always, if there is no proof."""
    if evidence.proof.failed:
        message = f"no hostname could be proven: the proof failed with {evidence.proof.failed}"
        advice = "This is a bug in Slipway: report it with the preview. Until then the plan counts as refused."
        yield Finding(ID, message, advice, always=True)
    for hostname in evidence.proof.with_status("unknown"):
        message = f"nobody can tell whether {hostname.name} stays served: {hostname.because}"
        yield Finding(ID, message, advice_for(hostname), hostname.urns, hostnames=(hostname.name,))
