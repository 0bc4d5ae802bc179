"""The static download host of the registry: crate files, and the archive of version downloads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi

from slipway.components import (
    Certificate,
    Distribution,
    EdgePolicies,
    HostedZone,
    LogBucket,
    PrivateBucket,
    RouterFunction,
    ServedNames,
)
from slipway.config import CratesConfig

__all__ = ["Crates"]

_ROUTER = Path(__file__).with_name("routers") / "crates.js"


class Crates(pulumi.ComponentResource):
    """A private bucket behind a distribution that rewrites download URLs; see `routers/crates.js` for the rules."""

    bucket: PrivateBucket
    certificate: Certificate
    distribution: Distribution

    def __init__(
        self,
        config: CratesConfig,
        *,
        zone: HostedZone,
        logs: LogBucket,
        protect: bool,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:services:Crates", "crates", None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.bucket = PrivateBucket("crates", logs=logs, protect=protect, tags=tags, opts=inside)
        self.certificate = Certificate(
            "crates", names=config.certificate_names, zone_id=zone.id, tags=tags, opts=inside
        )
        self.distribution = Distribution(
            "crates",
            host=config.host,
            aliases=config.aliases,
            certificate=self.certificate,
            bucket=self.bucket,
            router=RouterFunction("crates-router", source=_ROUTER, opts=inside),
            policies=EdgePolicies("crates", default_ttl=config.default_ttl, max_ttl=config.max_ttl, opts=inside),
            logs=logs,
            price_class=config.price_class,
            protect=protect,
            tags=tags,
            opts=inside,
        )
        ServedNames("crates", hosts=config.served, zone=zone, distribution=self.distribution, opts=inside)
        self.register_outputs({})
