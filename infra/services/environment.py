"""What every service of a stack stands on, and how a service gets its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from slipway.components import Certificate, Distribution, HostedZone, LogBucket, ServedNames, WeightedNames
from slipway.config import SecondCdn, ServiceConfig

__all__ = ["Environment", "outputs", "router", "serve_names"]


@dataclass(frozen=True, slots=True)
class Environment:
    """The zone of the service, the stack's logs, the second CDN if there is one, and what holds for every resource."""

    zone: HostedZone
    logs: LogBucket
    second_cdn: SecondCdn | None
    protect: bool
    tags: Mapping[str, str]


def router(name: str) -> Path:
    """The file of a router function."""
    return Path(__file__).with_name("routers") / f"{name}.js"


def serve_names(
    name: str,
    config: ServiceConfig,
    environment: Environment,
    distribution: Distribution,
    inside: pulumi.ResourceOptions,
) -> None:
    """Every served name in DNS: to the distribution alone, or shared with the second CDN."""
    names = ServedNames(
        name,
        hosts=[host for host in config.served if host not in config.weights],
        zone=environment.zone,
        distribution=distribution,
        opts=inside,
    )
    if config.weights and environment.second_cdn:
        WeightedNames(
            name,
            shares=config.weights,
            served=config.served,
            second=environment.second_cdn,
            zone=environment.zone,
            distribution=distribution,
            names=names,
            opts=inside,
        )


def outputs(config: ServiceConfig, distribution: Distribution, certificate: Certificate) -> dict[str, object]:
    """What tests, operators and the command line ask of a service."""
    return {
        "host": config.host,
        "hostnames": list(config.served),
        "distribution_id": distribution.id,
        "distribution_domain": distribution.domain_name,
        "certificate_arn": certificate.issued_arn,
    }
