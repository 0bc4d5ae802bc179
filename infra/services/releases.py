"""The static host of releases: the highest traffic of all."""

from __future__ import annotations

import pulumi

from services.environment import Environment, outputs, router, serve_names
from slipway.components import (
    BucketOrigin,
    Certificate,
    Distribution,
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
    host: str
    certificate: Certificate
    distribution: Distribution

    def __init__(
        self, config: ReleasesConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Releases", "releases", None, opts)
        self.host = config.host
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("releases", logs=logs, protect=protect, tags=tags, opts=inside)
        self.certificate = Certificate(
            "releases", names=config.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside
        )
        policies = EdgePolicies(
            "releases", default_ttl=config.default_ttl, max_ttl=config.max_ttl, query_strings=True, opts=inside
        )
        legacy = {"installer_host": config.installer, "documentation_host": config.documentation}
        routing = RouterFunction("releases-router", source=router("releases"), settings=legacy, opts=inside)
        self.distribution = Distribution(
            "releases",
            host=config.host,
            aliases=config.aliases,
            certificate=self.certificate,
            origin=BucketOrigin(self.bucket),
            behaviors=[static(policies, routing)],
            not_found="/404.html",
            logs=logs,
            price_class=config.price_class,
            protect=protect,
            tags=tags,
            opts=inside,
        )
        NightlyInvalidation(
            "releases-nightly", distribution=self.distribution, at=config.invalidate_at, tags=tags, opts=inside
        )
        serve_names("releases", config, environment, self.distribution, inside)
        self.outputs = {"bucket": self.bucket.bucket.id, **outputs(config, self.distribution, self.certificate)}
        self.register_outputs({})
