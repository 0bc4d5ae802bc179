"""What AWS refuses in the middle of an apply, predicted from the order in which the engine may take the steps.

One refusal a file, each with AWS's own error code. A refusal is predicted when some run reaches a step in a state in
which AWS turns it down: the apply stops there, half done. What a plan does not hold (a distribution of another account,
the objects in a bucket) is not guessed at, except where a file says so. One that raises predicts nothing, and the
rule `aws-refusal` refuses the plan for it.

`DistributionNotDisabled` never arises: the provider disables a distribution and waits before it deletes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from slipway.preflight.aws import (
    alias_already_held,
    bucket_exists,
    bucket_not_empty,
    bucket_owned_already,
    cache_policy_exists,
    cache_policy_in_use,
    cache_policy_ttl_order,
    certificate_in_another_region,
    certificate_in_use,
    certificate_missing,
    certificate_not_covering,
    certificate_not_issued,
    cname_at_apex,
    cname_beside_another,
    continuous_deployment_policy_in_use,
    duplicate_record_set,
    function_exists,
    function_in_use,
    hosted_zone_not_empty,
    invalid_ttl_order,
    key_value_store_exists,
    key_value_store_in_use,
    mixed_routing,
    origin_access_control_exists,
    origin_access_control_in_use,
    origin_access_identity_in_use,
    origin_request_policy_exists,
    origin_request_policy_in_use,
    realtime_log_config_exists,
    realtime_log_config_in_use,
    record_outside_zone,
    response_headers_policy_exists,
    response_headers_policy_in_use,
    weight_out_of_range,
)
from slipway.preflight.aws.scene import Scene, scene_of
from slipway.preflight.verdict import AwsRefusal

__all__ = ["REFUSALS", "Prediction", "Refusal", "Scene", "predict", "scene_of"]


class Refusal(Protocol):
    """A module of this package."""

    ERROR: str
    TITLE: str
    WHY: str
    SOURCE: str

    @property
    def refusals(self) -> Callable[[Scene], Iterator[AwsRefusal]]:
        """Every step that AWS would turn down with this error for this reason."""


REFUSALS: tuple[Refusal, ...] = (
    cname_beside_another,
    mixed_routing,
    duplicate_record_set,
    cname_at_apex,
    record_outside_zone,
    weight_out_of_range,
    hosted_zone_not_empty,
    alias_already_held,
    certificate_missing,
    certificate_not_issued,
    certificate_not_covering,
    certificate_in_another_region,
    invalid_ttl_order,
    cache_policy_ttl_order,
    certificate_in_use,
    function_in_use,
    key_value_store_in_use,
    cache_policy_in_use,
    origin_request_policy_in_use,
    response_headers_policy_in_use,
    origin_access_control_in_use,
    origin_access_identity_in_use,
    realtime_log_config_in_use,
    continuous_deployment_policy_in_use,
    function_exists,
    key_value_store_exists,
    cache_policy_exists,
    origin_request_policy_exists,
    response_headers_policy_exists,
    origin_access_control_exists,
    realtime_log_config_exists,
    bucket_exists,
    bucket_owned_already,
    bucket_not_empty,
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What AWS would refuse, and the titles of those that could not be asked: nobody knows what they would say."""

    refusals: tuple[AwsRefusal, ...]
    failed: tuple[str, ...] = ()


def predict(scene: Scene, refusals: Sequence[Refusal] = REFUSALS) -> Prediction:
    """Everything that AWS would refuse, in the refusals' order."""
    found: list[AwsRefusal] = []
    failed: list[str] = []
    for refusal in refusals:
        try:
            found.extend(dict.fromkeys(refusal.refusals(scene)))
        except Exception as error:
            logging.getLogger(__name__).debug("a refusal raised", exc_info=True, extra={"title": refusal.TITLE})
            failed.append(f"{refusal.TITLE} ({refusal.ERROR}, {type(error).__name__})")
    return Prediction(tuple(found), tuple(failed))
