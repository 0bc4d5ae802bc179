"""Small host names that only lead elsewhere."""

from __future__ import annotations

import pulumi

from services.environment import Environment, Front, front, router
from slipway.components import EdgePolicies, RouterFunction, ServerOrigin, static
from slipway.config import RedirectConfig

__all__ = ["Redirect"]


class Redirect(pulumi.ComponentResource):
    """One host that redirects every path to another host. It has a certificate and a distribution of its own, so that
    no edit of one can touch another.

    The router answers every request. CloudFront wants an origin all the same: it is the zone's own name, whatever the
    host redirects to, so that another target is an edit of the router alone.
    """

    name: str
    front: Front

    def __init__(
        self, host: str, config: RedirectConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        name = self.name = f"redirect-{host.replace('.', '-')}"  # a function's name takes no dots
        super().__init__("slipway:services:Redirect", name, None, opts)
        inside, service = pulumi.ResourceOptions(parent=self), config.service(host)
        leads = {"host": config.to, "status": str(config.status)}
        routing = RouterFunction(f"{name}-router", source=router("redirect"), settings=leads, opts=inside)
        policies = EdgePolicies(name, default_ttl=0, max_ttl=0, opts=inside)
        self.front = front(
            name,
            service,
            environment,
            origin=ServerOrigin(environment.zone.domain),
            behaviors=[static(policies, routing)],
            inside=inside,
        )
        self.outputs = {"to": config.to, **self.front.outputs}
        self.register_outputs({})
