"""A web application firewall in front of a distribution."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import wafv2

__all__ = ["Firewall"]

# Web ACLs for CloudFront live in this region only (AWS WAF developer guide, *Protecting a CloudFront distribution*).
_REGION = "us-east-1"


class Firewall(pulumi.ComponentResource):
    """Blocks an address that makes more than `requests_per_5_minutes` requests, for as long as it goes on.

    Everything else passes. Metrics carry the component's name.

    Replaced: by nothing; a new limit is an update in place. A web ACL in use is not deleted: the distribution lets go
    of it first, in an apply of its own.
    """

    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        requests_per_5_minutes: int,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:Firewall", name, None, opts)
        acl = wafv2.WebAcl(
            name,
            region=_REGION,
            scope="CLOUDFRONT",
            default_action={"allow": {}},
            rules=[
                {
                    "name": "rate-limit",
                    "priority": 0,
                    "action": {"block": {}},
                    "statement": {
                        "rate_based_statement": {
                            "limit": requests_per_5_minutes,
                            "aggregate_key_type": "IP",
                            "evaluation_window_sec": 300,
                        }
                    },
                    "visibility_config": _watched(f"{name}-rate-limit"),
                }
            ],
            visibility_config=_watched(name),
            tags=dict(tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})


def _watched(metric: str) -> wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}
