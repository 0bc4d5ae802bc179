"""What AWS will not delete because something still refers to it, asked of the local cloud's distributions.

Sources: the API Reference's errors of each delete: ResourceInUseException (ACM), FunctionInUse, CachePolicyInUse,
OriginRequestPolicyInUse, ResponseHeadersPolicyInUse, OriginAccessControlInUse,
CloudFrontOriginAccessIdentityInUse, ContinuousDeploymentPolicyInUse (CloudFront).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["distribution_configs", "refuse_certificate_in_use", "refuse_in_use"]


def distribution_configs(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Every distribution's id with its configuration."""
    client = cloud.client("cloudfront")
    for page in client.get_paginator("list_distributions").paginate():
        for item in page["DistributionList"].get("Items", []):
            config = client.get_distribution_config(Id=item["Id"])["DistributionConfig"]
            yield {"Id": item["Id"], **config}


def refuse_in_use(cloud: Cloud, refers: Callable[[str, Any], bool], code: str, thing: str, operation: str) -> None:
    """Raise `code` if any distribution's configuration has a member for which `refers(name, value)` holds."""
    users = [config["Id"] for config in distribution_configs(cloud) if _refers(config, refers)]
    if users:
        message = f"Cannot delete {thing}: it is in use by {', '.join(users)}"
        raise refusal(code, message, operation)


def refuse_certificate_in_use(cloud: Cloud, arn: str) -> None:
    """Raise ResourceInUseException if a distribution still has the certificate (AWS's provider retries 20 minutes)."""
    refuse_in_use(
        cloud,
        lambda name, value: name == "ACMCertificateArn" and value == arn,
        "ResourceInUseException",
        f"certificate {arn}",
        "DeleteCertificate",
    )


def _refers(value: Any, refers: Callable[[str, Any], bool]) -> bool:
    if isinstance(value, Mapping):
        return any(refers(name, inner) or _refers(inner, refers) for name, inner in value.items())
    return isinstance(value, list) and any(_refers(item, refers) for item in value)
