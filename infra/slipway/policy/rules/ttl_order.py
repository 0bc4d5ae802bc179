"""Minimum, default and maximum TTL in this order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slipway.plan import Value
from slipway.policy.model import Level, Resource, Violation
from slipway.policy.reading import behaviors
from slipway.preflight.aws.ttl_order import out_of_order
from slipway.preflight.resources import DISTRIBUTION, Number
from slipway.preflight.resources.fields import number, text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "ttl-order"
TITLE = "Minimum TTL, default TTL, maximum TTL, in this order"
WHY = "CloudFront refuses any other order in the middle of an update; a default raised past the maximum is the classic."
SOURCE = "CloudFront API Reference, UpdateDistribution (InvalidTTLOrder) and CachePolicyConfig."
LEVEL = Level.MANDATORY
_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
TYPES = (DISTRIBUTION, _POLICY)

# What a cache policy has for a TTL that is not given, in seconds (schema of aws_cloudfront_cache_policy).
_DEFAULTS = (0, 86_400, 31_536_000)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for each cache behaviour, or for the cache policy."""
    if resource.type == _POLICY:
        given = _ttls(resource.properties)
        low, usual, high = (default if ttl is None else ttl for ttl, default in zip(given, _DEFAULTS, strict=True))
        faults = [(out_of_order((low, usual, high)), "it")]
    else:
        # With a cache policy, the policy's count.
        own = [(where, one) for where, one in behaviors(resource) if text(one.get("cachePolicyId")) is None]
        faults = [(out_of_order(_ttls(behavior)), where) for where, behavior in own]
    for fault, where in faults:
        if fault:
            message = f"{resource.name} has TTLs out of order: in {where}, {fault}"
            yield Violation(resource.urn, message, "Raise the maximum, or lower the default.")


def _ttls(given: Mapping[str, Value]) -> tuple[Number, Number, Number]:
    return number(given.get("minTtl")), number(given.get("defaultTtl")), number(given.get("maxTtl"))
