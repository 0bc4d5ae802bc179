"""InvalidArgument: the times to live of a cache policy are out of order."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.lives import Version
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.ttl_order import Ttls, out_of_order
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.resources.fields import number
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidArgument"
TITLE = "TTLs of a cache policy out of order"
WHY = "The order is that of a cache behaviour; the calls for cache policies have no code of their own for it."
SOURCE = "CloudFront API Reference, CreateCachePolicy and UpdateCachePolicy (errors)."

_CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
# What the provider sends for a TTL that is not given, in seconds (schema defaults of aws_cloudfront_cache_policy).
_DEFAULTS = (("minTtl", 0), ("defaultTtl", 86_400), ("maxTtl", 31_536_000))


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each cache policy that gets such TTLs."""
    for life, before, version, operation in scene.made(_CACHE_POLICY):
        ttls = _ttls(version)
        if (before is None or _ttls(before) != ttls) and (fault := out_of_order(ttls)):
            because = f"{doing(operation)}: {fault}"
            advice = f"Raise the maximum TTL of {name_of(life.urn)} or lower the default; what is not given has one."
            yield AwsRefusal(ERROR, operation.urn, because, advice)


def _ttls(version: Version) -> Ttls:
    low, usual, high = (
        default if (given := number(version.state.inputs.get(key))) is None else given for key, default in _DEFAULTS
    )
    return low, usual, high
