"""What AWS refuses in the middle of an apply, predicted from the order in which the engine may take the steps.

One refusal a file, each with AWS's own error code. A refusal is predicted when some run reaches a step in a state in
which AWS turns it down: the apply stops there, half done. What a plan does not hold (a distribution of another account,
the objects in a bucket) is not guessed at, except where a file says so. One that raises predicts nothing, and the
rule `aws-refusal` refuses the plan for it. A file is loaded when the plan touches a type that it is about.

`DistributionNotDisabled` never arises: the provider disables a distribution and waits before it deletes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from importlib import import_module
from typing import Protocol, cast

import msgspec

from slipway.errors import BadInput
from slipway.preflight.aws.scene import Scene, scene_of
from slipway.preflight.bugs import log_bug
from slipway.preflight.resources import BUCKET, BUCKET_POLICY, CERTIFICATE, DISTRIBUTION, FUNCTION, RECORD, ZONE
from slipway.preflight.verdict import AwsRefusal

__all__ = ["REFUSALS", "Prediction", "Refusal", "Scene", "predict", "refusals_about", "scene_of"]


class Refusal(Protocol):
    """A module of this package."""

    ERROR: str
    TITLE: str
    WHY: str
    SOURCE: str

    @property
    def refusals(self) -> Callable[[Scene], Iterator[AwsRefusal]]:
        """Every step that AWS would turn down with this error for this reason."""


# Each refusal's file, in the order in which they are told, with the types whose operations can be turned down so.
REFUSALS: dict[str, Collection[str]] = {
    "cname_beside_another": (RECORD,),
    "mixed_routing": (RECORD,),
    "duplicate_record_set": (RECORD,),
    "cname_at_apex": (RECORD,),
    "record_outside_zone": (RECORD,),
    "weight_out_of_range": (RECORD,),
    "ttl_out_of_range": (RECORD,),
    "hosted_zone_not_empty": (ZONE,),
    "alias_already_held": (DISTRIBUTION,),
    "certificate_missing": (DISTRIBUTION,),
    "certificate_not_issued": (DISTRIBUTION,),
    "certificate_not_covering": (DISTRIBUTION,),
    "certificate_in_another_region": (DISTRIBUTION,),
    "invalid_ttl_order": (DISTRIBUTION,),
    "cache_policy_ttl_order": ("aws:cloudfront/cachePolicy:CachePolicy",),
    "certificate_in_use": (CERTIFICATE,),
    "function_in_use": (FUNCTION,),
    "key_value_store_in_use": ("aws:cloudfront/keyValueStore:KeyValueStore",),
    "cache_policy_in_use": ("aws:cloudfront/cachePolicy:CachePolicy",),
    "origin_request_policy_in_use": ("aws:cloudfront/originRequestPolicy:OriginRequestPolicy",),
    "response_headers_policy_in_use": ("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",),
    "origin_access_control_in_use": ("aws:cloudfront/originAccessControl:OriginAccessControl",),
    "origin_access_identity_in_use": ("aws:cloudfront/originAccessIdentity:OriginAccessIdentity",),
    "realtime_log_config_in_use": ("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig",),
    "continuous_deployment_policy_in_use": ("aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy",),
    "function_exists": (FUNCTION,),
    "key_value_store_exists": ("aws:cloudfront/keyValueStore:KeyValueStore",),
    "cache_policy_exists": ("aws:cloudfront/cachePolicy:CachePolicy",),
    "origin_request_policy_exists": ("aws:cloudfront/originRequestPolicy:OriginRequestPolicy",),
    "response_headers_policy_exists": ("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",),
    "origin_access_control_exists": ("aws:cloudfront/originAccessControl:OriginAccessControl",),
    "realtime_log_config_exists": ("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig",),
    "bucket_exists": BUCKET,
    "bucket_owned_already": BUCKET,
    "bucket_not_empty": BUCKET,
    "malformed_policy": (BUCKET_POLICY,),
}


class Prediction(msgspec.Struct, frozen=True, gc=False):
    """What AWS would refuse, and the titles of those that could not be asked: nobody knows what they would say."""

    refusals: tuple[AwsRefusal, ...]
    failed: tuple[str, ...] = ()


def refusals_about(types: frozenset[str]) -> tuple[Refusal, ...]:
    """The refusals that operations on these types can meet, loaded."""
    names = (name for name, about in REFUSALS.items() if not types.isdisjoint(about))
    return tuple(cast("Refusal", import_module(f"{__name__}.{name}")) for name in names)


def predict(scene: Scene, refusals: Sequence[Refusal] | None = None) -> Prediction:
    """Everything that AWS would refuse, in the refusals' order; `refusals` asks these alone."""
    found: list[AwsRefusal] = []
    failed: list[str] = []
    for refusal in refusals_about(scene.touched) if refusals is None else refusals:
        try:
            found.extend(dict.fromkeys(refusal.refusals(scene)))
        except BadInput:
            raise  # the preview's fault, not the refusal's
        except Exception as error:
            log_bug(f"the refusal {refusal.TITLE!r} raised")
            failed.append(f"{refusal.TITLE} ({refusal.ERROR}, {type(error).__name__})")
    return Prediction(tuple(found), tuple(failed))
