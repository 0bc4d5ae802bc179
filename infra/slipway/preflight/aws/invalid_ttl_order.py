"""InvalidTTLOrder: the times to live of a cache behaviour are out of order."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.ttl_order import Ttls, out_of_order
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.names import DISTRIBUTION
from slipway.preflight.resources import Distribution
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidTTLOrder"
TITLE = "TTLs of a cache behaviour out of order"
WHY = "CloudFront wants the minimum TTL not above the default, and the default not above the maximum."
SOURCE = "CloudFront API Reference, CreateDistribution and UpdateDistribution (InvalidTTLOrder)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each distribution that gets such TTLs."""
    for life, before, version, operation in scene.made(DISTRIBUTION):
        stood = dict(_ttls(scene.distribution(before))) if before else {}
        for path, ttls in _ttls(scene.distribution(version)):
            if stood.get(path) != ttls and (fault := out_of_order(ttls)):
                where = "the default behaviour" if path is None else f"the behaviour {path}"
                because = f"{doing(operation)}: {fault}, in {where}"
                advice = f"Raise the maximum TTL of {name_of(life.urn)}, or lower the default one."
                yield AwsRefusal(ERROR, operation.urn, because, advice)


def _ttls(view: Distribution) -> Iterator[tuple[str | None, Ttls]]:
    """TTLs of behaviours that set their own: with a cache policy, the policy's count."""
    for behavior in view.behaviors:
        if behavior.cache_policy.value is None:
            path = behavior.path if isinstance(behavior.path, str) else None
            yield path, (behavior.min_ttl, behavior.default_ttl, behavior.max_ttl)
