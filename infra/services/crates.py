"""The static download host of the registry: crate files, and the archive of version downloads."""

from __future__ import annotations

import pulumi

from services.environment import Environment, Front, front, router
from slipway.components import (
    BucketOrigin,
    EdgePolicies,
    PrivateBucket,
    Replication,
    RouterFunction,
    static,
)
from slipway.config import CratesConfig

__all__ = ["Crates"]


class Crates(pulumi.ComponentResource):
    """A private bucket behind a distribution that rewrites download URLs; see `routers/crates.js` for the rules.

    With a fallback region, what is below `crates/` is copied to a bucket there, and fetched from it when the first
    bucket fails.
    """

    bucket: PrivateBucket
    fallback: PrivateBucket | None
    front: Front

    def __init__(
        self, config: CratesConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Crates", "crates", None, opts)
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("crates", logs=logs, protect=protect, tags=tags, opts=inside)
        self.fallback = self._copy(config, environment)
        policies = EdgePolicies("crates", default_ttl=config.default_ttl, max_ttl=config.max_ttl, opts=inside)
        self.front = front(
            "crates",
            config,
            environment,
            origin=BucketOrigin(self.bucket, self.fallback),
            behaviors=[static(policies, RouterFunction("crates-router", source=router("crates"), opts=inside))],
            inside=inside,
        )
        self.outputs = {
            "bucket": self.bucket.bucket.id,
            "fallback_bucket": self.fallback.bucket.id if self.fallback else None,
            **self.front.outputs,
        }
        self.register_outputs({})

    def _copy(self, config: CratesConfig, environment: Environment) -> PrivateBucket | None:
        if config.fallback_region is None:
            return None
        inside = pulumi.ResourceOptions(parent=self)
        protect, tags = environment.protect, environment.tags
        fallback = PrivateBucket(
            "crates-fallback",
            logs=environment.logs,
            protect=protect,
            tags=tags,
            region=config.fallback_region,
            opts=inside,
        )
        Replication(
            "crates-replication", source=self.bucket, destination=fallback, prefix="crates/", tags=tags, opts=inside
        )
        return fallback
