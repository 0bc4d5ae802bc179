"""Refuses a plan that AWS would turn down half way, with the way out for each step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from slipway.preflight.evidence import Evidence
from slipway.preflight.verdict import AwsRefusal, Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "aws-refusal"
TITLE = "AWS takes every step"
WHY = (
    "The engine learns what AWS does not take only when it asks: the apply stops there, and what was done before stays "
    "done. The order of the steps says beforehand which of them may be reached too early."
)
SOURCE = "The API references of S3, CloudFront, ACM and Route 53; each refusal names its own (docs/aws-refusals.md)."

_SHOWN = 5


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each error code; one, always, for refusals that could not be asked."""
    prediction = evidence.prediction
    by_error: dict[str, list[AwsRefusal]] = defaultdict(list)
    for refusal in prediction.refusals:
        by_error[refusal.error].append(refusal)
    for error, refusals in by_error.items():
        yield _finding(error, refusals)
    if prediction.failed:
        message = f"what AWS would refuse could not be predicted for: {', '.join(prediction.failed)}"
        advice = "This is a bug in Slipway: report it with the preview. Until then the plan counts as refused."
        yield Finding(ID, message, advice, always=True)


def _finding(error: str, refusals: Sequence[AwsRefusal]) -> Finding:
    steps = f"{len(refusals)} steps" if len(refusals) > 1 else "a step"
    reasons = "; ".join(refusal.because for refusal in refusals[:_SHOWN])
    advice = [*dict.fromkeys(refusal.advice for refusal in refusals)]
    urns = dict.fromkeys(urn for refusal in refusals for urn in (refusal.urn, *refusal.others))
    more = f"; and {len(refusals) - _SHOWN} more" if len(refusals) > _SHOWN else ""
    message = f"AWS would refuse {steps} with {error}: {reasons}{more}"
    return Finding(ID, message, " ".join(advice[:_SHOWN]), tuple(urns))
