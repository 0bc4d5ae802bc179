"""Every distribution writes access logs."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.reading import may_name
from slipway.preflight.resources import DISTRIBUTION
from slipway.preflight.resources.fields import mapping, text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "access-logging"
TITLE = "Every distribution writes access logs"
WHY = "Downloads are counted from these logs, and after an incident they are the only record of who was served what."
SOURCE = (
    "CloudFront Developer Guide, Standard logging (access logs): legacy into a bucket, v2 by a log delivery source."
)
LEVEL = Level.MANDATORY

_DELIVERY = "aws:cloudwatch/logDeliverySource:LogDeliverySource"


def violations(stack: Stack) -> Iterator[Violation]:
    """One for each distribution without; real-time logs, which may be a sample, do not count."""
    distributions = tuple(stack.of(DISTRIBUTION))
    for distribution in distributions:
        delivered = (_delivers(source, distribution, distributions) for source in stack.of(_DELIVERY))
        if not _logs(distribution) and not any(delivered):
            advice = "Give it a logging_config with the log bucket and a prefix of its own."
            yield Violation(distribution.urn, f"{distribution.name} writes no access logs", advice)


def _logs(distribution: Resource) -> bool:
    config = distribution.properties.get("loggingConfig")
    if config is not None and not isinstance(config, dict | list):
        return True  # not known yet
    return text(mapping(config).get("bucket")) is not None


def _delivers(source: Resource, distribution: Resource, distributions: tuple[Resource, ...]) -> bool:
    arn = text(source.properties.get("resourceArn"))
    return may_name(arn, source.sources.get("resourceArn", ()), distribution, _arns, distributions)


def _arns(distribution: Resource) -> frozenset[str]:
    arn = distribution.properties.get("arn")
    return frozenset({arn}) if isinstance(arn, str) else frozenset()
