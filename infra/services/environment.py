"""What every service of a stack stands on, and what every service has in front of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from slipway.components import (
    Behavior,
    BucketOrigin,
    Certificate,
    Distribution,
    Firewall,
    HostedZone,
    LogBucket,
    ServedNames,
    ServerOrigin,
    WeightedNames,
)
from slipway.config import SecondCdn, ServiceConfig

__all__ = ["Environment", "Front", "front", "router"]


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


@dataclass(frozen=True, slots=True)
class Front:
    """What stands in front of every service: a certificate, a distribution and names in DNS."""

    config: ServiceConfig
    certificate: Certificate
    distribution: Distribution

    @property
    def outputs(self) -> dict[str, object]:
        """What tests, operators and the command line ask of a service."""
        return {
            "host": self.config.host,
            "hostnames": list(self.config.served),
            "distribution_id": self.distribution.id,
            "distribution_domain": self.distribution.domain_name,
            "certificate_arn": self.certificate.issued_arn,
        }


def front(
    name: str,
    config: ServiceConfig,
    environment: Environment,
    *,
    origin: BucketOrigin | ServerOrigin,
    behaviors: Sequence[Behavior],
    firewall: Firewall | None = None,
    not_found: str = "",
    inside: pulumi.ResourceOptions,
) -> Front:
    """Put a certificate, a distribution and names in front of an origin; see `Distribution` for what is what."""
    protect, tags = environment.protect, environment.tags
    certificate = Certificate(name, names=config.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside)
    distribution = Distribution(
        name,
        host=config.host,
        aliases=config.aliases,
        certificate=certificate,
        origin=origin,
        behaviors=behaviors,
        firewall=firewall,
        not_found=not_found,
        logs=environment.logs,
        price_class=config.price_class,
        trials=config.trials,
        protect=protect,
        tags=tags,
        opts=inside,
    )
    _serve_names(name, config, environment, distribution, inside)
    return Front(config, certificate, distribution)


def _serve_names(
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
