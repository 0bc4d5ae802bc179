"""The documentation host."""

from __future__ import annotations

import pulumi

from services.environment import Environment, outputs, router, serve_names
from slipway.components import (
    BucketOrigin,
    Certificate,
    Distribution,
    EdgePolicies,
    PrivateBucket,
    RouterFunction,
    immutable,
    static,
)
from slipway.config import DocumentationConfig

__all__ = ["Documentation"]


class Documentation(pulumi.ComponentResource):
    """The folder `/doc` of a private bucket behind a distribution that knows the documentation's versions; see
    `routers/documentation.js`. Fonts never change under their name, so browsers keep them."""

    bucket: PrivateBucket
    host: str
    certificate: Certificate
    distribution: Distribution

    def __init__(
        self, config: DocumentationConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Documentation", "documentation", None, opts)
        self.host = config.host
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("documentation", logs=logs, protect=protect, tags=tags, opts=inside)
        self.certificate = Certificate(
            "documentation", names=config.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside
        )
        policies = EdgePolicies(
            "documentation", default_ttl=config.default_ttl, max_ttl=config.max_ttl, immutable=True, opts=inside
        )
        routing = RouterFunction("documentation-router", source=router("documentation"), opts=inside)
        self.distribution = Distribution(
            "documentation",
            host=config.host,
            aliases=config.aliases,
            certificate=self.certificate,
            origin=BucketOrigin(self.bucket, path="/doc"),
            behaviors=[static(policies, routing), immutable("*.woff2", policies, routing)],
            logs=logs,
            price_class=config.price_class,
            protect=protect,
            tags=tags,
            opts=inside,
        )
        serve_names("documentation", config, environment, self.distribution, inside)
        self.outputs = {"bucket": self.bucket.bucket.id, **outputs(config, self.distribution, self.certificate)}
        self.register_outputs({})
