"""Every S3 origin is read with an identity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slipway.plan import Value
from slipway.policy.model import Level, Resource, Violation
from slipway.policy.reading import origins
from slipway.preflight.resources import DISTRIBUTION, bucket_of_host
from slipway.preflight.resources.fields import mapping, text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "origin-access"
TITLE = "S3 origins have an origin access control"
WHY = "Without an identity CloudFront asks as anybody does: the bucket must be public, or every miss answers 403."
SOURCE = "CloudFront Developer Guide, Restrict access to an Amazon S3 origin."
LEVEL = Level.MANDATORY
TYPES = (DISTRIBUTION,)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for each such origin with neither an origin access control nor the older identity."""
    for where, origin in origins(resource):
        if _is_s3(origin) and not _has_identity(origin):
            message = f"{resource.name} reads {where} without an origin access control"
            advice = "Give it the id of an OriginAccessControl, and admit the distribution in the bucket's policy."
            yield Violation(resource.urn, message, advice)


def _is_s3(origin: Mapping[str, Value]) -> bool:
    """By its host name; while that is unknown, by what it lacks: only an S3 origin goes without a configuration."""
    host = text(origin.get("domainName"))
    if isinstance(host, str):
        return bucket_of_host(host.lower()) is not None
    return all(origin.get(key) in (None, [], {}) for key in ("customOriginConfig", "vpcOriginConfig"))


def _has_identity(origin: Mapping[str, Value]) -> bool:
    identity = origin.get("s3OriginConfig")
    if identity is not None and not isinstance(identity, dict | list):
        return True  # not known yet
    given = (origin.get("originAccessControlId"), mapping(identity).get("originAccessIdentity"))
    return any(text(value) is not None for value in given)
