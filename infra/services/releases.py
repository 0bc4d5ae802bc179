"""The static host of releases: the highest traffic of all."""

from __future__ import annotations

import pulumi

from services.environment import Environment, Front, front, router
from slipway.components import (
    BucketOrigin,
    EdgePolicies,
    NightlyInvalidation,
    PrivateBucket,
    RouterFunction,
    static,
)
from slipway.config import ReleasesConfig

__all__ = ["Releases"]


class Releases(pulumi.ComponentResource):
    """A private bucket behind a distribution that lists the files of a release and rewrites legacy URLs; see
    `routers/releases.js`. A missing file answers with `/404.html` of the bucket; the cache is dropped every night."""

    bucket: PrivateBucket
    front: Front

    def __init__(
        self, config: ReleasesConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Releases", "releases", None, opts)
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("releases", logs=logs, protect=protect, tags=tags, opts=inside)
        policies = EdgePolicies(
            "releases", default_ttl=config.default_ttl, max_ttl=config.max_ttl, query_strings=True, opts=inside
        )
        legacy = {"installer_host": config.installer, "documentation_host": config.documentation}
        routing = RouterFunction("releases-router", source=router("releases"), settings=legacy, opts=inside)
        self.front = front(
            "releases",
            config,
            environment,
            origin=BucketOrigin(self.bucket),
            behaviors=[static(policies, routing)],
            not_found="/404.html",
            inside=inside,
        )
        NightlyInvalidation(
            "releases-nightly", distribution=self.front.distribution, at=config.invalidate_at, tags=tags, opts=inside
        )
        self.outputs = {"bucket": self.bucket.bucket.id, **self.front.outputs}
        self.register_outputs({})
