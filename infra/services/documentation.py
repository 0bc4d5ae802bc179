"""The documentation host."""

from __future__ import annotations

import pulumi

from services.environment import Environment, Front, front, router
from slipway.components import (
    BucketOrigin,
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
    front: Front

    def __init__(
        self, config: DocumentationConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Documentation", "documentation", None, opts)
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("documentation", logs=logs, protect=protect, tags=tags, opts=inside)
        policies = EdgePolicies(
            "documentation", default_ttl=config.default_ttl, max_ttl=config.max_ttl, immutable=True, opts=inside
        )
        routing = RouterFunction("documentation-router", source=router("documentation"), opts=inside)
        self.front = front(
            "documentation",
            config,
            environment,
            origin=BucketOrigin(self.bucket, path="/doc"),
            behaviors=[static(policies, routing), immutable("*.woff2", policies, routing)],
            inside=inside,
        )
        self.outputs = {"bucket": self.bucket.bucket.id, **self.front.outputs}
        self.register_outputs({})
