"""Small host names that only lead elsewhere."""

from __future__ import annotations

import pulumi

from services.environment import Environment, outputs, router, serve_names
from slipway.components import Certificate, Distribution, EdgePolicies, RouterFunction, ServerOrigin, static
from slipway.config import RedirectConfig

__all__ = ["Redirect"]


class Redirect(pulumi.ComponentResource):
    """One host that redirects every path to another host. It has a certificate and a distribution of its own, so that
    no edit of one can touch another.

    The router answers every request. CloudFront wants an origin all the same: it is the zone's own name, whatever the
    host redirects to, so that another target is an edit of the router alone.
    """

    host: str
    certificate: Certificate
    distribution: Distribution

    def __init__(
        self, host: str, config: RedirectConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        name = f"redirect-{host.replace('.', '-')}"  # a function's name takes no dots
        super().__init__("slipway:services:Redirect", name, None, opts)
        self.host = host
        inside, tags, service = pulumi.ResourceOptions(parent=self), environment.tags, config.service(host)
        self.certificate = Certificate(
            name, names=service.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside
        )
        leads = {"host": config.to, "status": str(config.status)}
        routing = RouterFunction(f"{name}-router", source=router("redirect"), settings=leads, opts=inside)
        policies = EdgePolicies(name, default_ttl=0, max_ttl=0, opts=inside)
        self.distribution = Distribution(
            name,
            host=host,
            aliases=service.aliases,
            certificate=self.certificate,
            origin=ServerOrigin(environment.zone.domain),
            behaviors=[static(policies, routing)],
            logs=environment.logs,
            price_class=service.price_class,
            protect=environment.protect,
            tags=tags,
            opts=inside,
        )
        serve_names(name, service, environment, self.distribution, inside)
        self.outputs = {"to": config.to, **outputs(service, self.distribution, self.certificate)}
        self.register_outputs({})
