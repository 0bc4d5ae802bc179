"""The web application at the apex: a server behind CloudFront, nothing of it cached."""

from __future__ import annotations

import pulumi

from services.environment import Environment, outputs, serve_names
from slipway.components import Certificate, Distribution, Firewall, PassThrough, ServerOrigin, dynamic
from slipway.config import WebConfig

__all__ = ["Web"]


class Web(pulumi.ComponentResource):
    """Every method reaches the server with its cookies and headers; a firewall blocks addresses that ask too often."""

    host: str
    certificate: Certificate
    distribution: Distribution

    def __init__(self, config: WebConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:services:Web", "web", None, opts)
        self.host = config.host
        inside, tags = pulumi.ResourceOptions(parent=self), environment.tags
        self.certificate = Certificate(
            "web", names=config.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside
        )
        self.distribution = Distribution(
            "web",
            host=config.host,
            aliases=config.aliases,
            certificate=self.certificate,
            origin=ServerOrigin(config.origin),
            behaviors=[dynamic(PassThrough("web", hsts_max_age=config.hsts_max_age, opts=inside))],
            firewall=Firewall("web", requests_per_5_minutes=config.requests_per_5_minutes, tags=tags, opts=inside),
            logs=environment.logs,
            price_class=config.price_class,
            protect=environment.protect,
            tags=tags,
            opts=inside,
        )
        serve_names("web", config, environment, self.distribution, inside)
        self.outputs = {"origin": config.origin, **outputs(config, self.distribution, self.certificate)}
        self.register_outputs({})
