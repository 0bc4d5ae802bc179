"""The web application at the apex: a server behind CloudFront, nothing of it cached."""

from __future__ import annotations

import pulumi

from services.environment import Environment, Front, front
from slipway.components import Firewall, PassThrough, ServerOrigin, dynamic
from slipway.config import WebConfig

__all__ = ["Web"]


class Web(pulumi.ComponentResource):
    """Every method reaches the server with its cookies and headers; a firewall blocks addresses that ask too often."""

    front: Front

    def __init__(self, config: WebConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:services:Web", "web", None, opts)
        inside, tags = pulumi.ResourceOptions(parent=self), environment.tags
        self.front = front(
            "web",
            config,
            environment,
            origin=ServerOrigin(config.origin),
            behaviors=[dynamic(PassThrough("web", hsts_max_age=config.hsts_max_age, opts=inside))],
            firewall=Firewall("web", requests_per_5_minutes=config.requests_per_5_minutes, tags=tags, opts=inside),
            inside=inside,
        )
        self.outputs = {"origin": config.origin, **self.front.outputs}
        self.register_outputs({})
