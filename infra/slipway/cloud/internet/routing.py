"""Where a viewer's request leads at one location: to a distribution's behaviour, or to an answer of CloudFront's own.

Sources: CloudFront Developer Guide, "Restrictions on using alternate domain names" (among them: a connection made for
one AWS account's domain carries no requests for another account's), "Require HTTPS for communication between viewers
and CloudFront" (301 for GET and HEAD, 307 for the others, 403 for https-only), "HTTP 403 status code", "Learn how
continuous deployment works" (a share of the requests, or those with a header, go to the staging distribution; nobody
asks that one directly). Sessions that stick to one of the two are not imitated: each request is drawn for.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from slipway.cloud.internet.answers import Answer, Headers, header, page, plain
from slipway.cloud.internet.chain import behaviour_of, meets
from slipway.cloud.internet.world import Behaviour, Distribution, World

__all__ = ["Request", "Route", "route"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a viewer asks for. `host` is as it was sent, `target` path and query as they were sent; `account` is that
    for whose distribution the TLS connection was made (see `tls.ACCOUNT`)."""

    method: str
    host: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    secure: bool = True
    account: str = ""

    @property
    def name(self) -> str:
        """The host without a port."""
        return self.host.rpartition(":")[0] if self.host.rpartition(":")[2].isdigit() else self.host

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition("?")[0])


@dataclass(frozen=True, slots=True)
class Route:
    """The distribution and the behaviour that answer."""

    distribution: Distribution
    behaviour: Behaviour


def route(world: World, request: Request, draw: Callable[[], float] = random.random) -> Route | Answer:
    """Judge a request by what a location holds. `draw` gives a number from 0 to below 1 for each request."""
    distribution = meets(world, request.name)
    if distribution is None:
        return page(403, "Bad request. No distribution has this host name.")
    if request.secure and request.account != distribution.arn.split(":")[4]:
        return plain(421)
    distribution = _diverted(world, distribution, request, draw)
    behaviour = behaviour_of(distribution, request.path)
    if not request.secure and behaviour.viewers == "redirect-to-https":
        location = f"https://{request.name}{request.target}".encode()
        status = 301 if request.method in ("GET", "HEAD") else 307
        return plain(status, (b"location", location), cache=b"Redirect from cloudfront")
    if not request.secure and behaviour.viewers == "https-only":
        return page(403, "Bad request. Viewers must use HTTPS.")
    return Route(distribution, behaviour)


def _diverted(world: World, primary: Distribution, request: Request, draw: Callable[[], float]) -> Distribution:
    """The staging distribution, if the primary's policy leads the request there, and it stands and is enabled."""
    way = primary.diversion
    if way is None:
        return primary
    sent = header(request.headers, way.header.encode()) == way.value.encode()
    meant = sent if way.header else draw() < way.weight
    there = (each for each in world.staging if each.enabled and each.domain == way.domain)
    return next(there, primary) if meant else primary
