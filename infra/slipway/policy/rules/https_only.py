"""No plain HTTP for viewers: redirected or refused."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Violation
from slipway.policy.reading import behaviors
from slipway.preflight.resources import DISTRIBUTION

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "https-only"
TITLE = "Viewers are served over https only"
WHY = "Whoever sits between a client and the CDN can change what is downloaded over plain HTTP, and nobody notices."
SOURCE = "CloudFront Developer Guide, Require HTTPS for communication between viewers and CloudFront."
LEVEL = Level.MANDATORY
TYPES = (DISTRIBUTION,)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for each cache behaviour that serves both."""
    for where, behavior in behaviors(resource):
        if behavior.get("viewerProtocolPolicy") == "allow-all":
            message = f"{resource.name} serves {where} over plain HTTP as well"
            yield Violation(resource.urn, message, "Set its viewer_protocol_policy to redirect-to-https.")
