"""What is to be checked: an environment as its settings say it is served.

The settings are all that is read: smoke tests need no engine, no login and no rights in AWS, so whoever is on call can
run them. What is deployed is what the checks find out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from slipway.config import SecondCdn, ServiceConfig, StackConfig

__all__ = ["ALIAS_TTL", "CLOUDFRONT", "POOL_TTL", "SHARED_TTL", "STATIC", "Name", "Route", "Target", "of"]

CLOUDFRONT = "cloudfront"
# Seconds. CloudFront's own for an alias (Route 53 developer guide, *Values specific for simple alias records*), the
# others as `components/weights.py` makes them.
ALIAS_TTL, SHARED_TTL, POOL_TTL = 60, 300, 60

STATIC = ("crates", "index", "releases", "documentation", "redirects")
"""Services that only answer GET and HEAD."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in DNS. An `alias` gives CloudFront's addresses; a `shared` one leads to one of its `targets`, drawn by
    weight; a `pool` one always to its target, the second CDN; an `apex` gives addresses of either."""

    host: str
    zone: str
    kind: Literal["alias", "shared", "pool", "apex"]
    ttls: tuple[int, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a service: `host` is what TLS and HTTP name, `via` whose addresses are connected to.

    A name that two CDNs share has a way through each, at whatever weight: one at weight 0 is used the day the other one
    fails. `beyond` is the host outside the environment that the way leads to.
    """

    service: str
    host: str
    via: str
    cdn: str
    beyond: str = ""

    @property
    def label(self) -> str:
        """How reports name it."""
        return self.host if self.via == self.host else f"{self.host} through {self.via}"

    def url(self, path: str) -> str:
        """The URL of a path of the service."""
        return f"https://{self.host}{path}"


@dataclass(frozen=True, slots=True)
class Target:
    """An environment: its zones, its names, the ways to its services, and where its golden tables are."""

    config: StackConfig
    zones: tuple[str, ...]
    names: tuple[Name, ...]
    routes: tuple[Route, ...]
    golden: Path

    def to(self, *services: str) -> Iterator[Route]:
        """The ways to these services."""
        return (route for route in self.routes if route.service in services)

    @property
    def cdns(self) -> tuple[str, ...]:
        """The CDNs that serve something, CloudFront first."""
        found = dict.fromkeys(route.cdn for route in self.routes)
        return tuple(sorted(found, key=lambda cdn: cdn != CLOUDFRONT))

    def by(self, cdn: str, host: str) -> Route | None:
        """The way to a host through a CDN; None if that CDN does not serve it."""
        return next((route for route in self.routes if (route.cdn, route.host) == (cdn, host)), None)

    def service(self, key: str) -> ServiceConfig | None:
        """The settings of a service; of several redirects, the first."""
        return next((service for name, service, _ in self.config.services() if name == key), None)


def of(config: StackConfig, project: Path) -> Target:
    """The environment of these settings; `project` is where its services' tables are found (see `golden.py`)."""
    names: list[Name] = []
    routes: list[Route] = []
    for key, service, zone in config.services():
        for host in service.served:
            found = _shared(key, service, zone, host, config.second_cdn) or _alone(key, zone, host)
            names.append(found[0])
            routes.extend(found[1])
        if service.weights and config.second_cdn:
            for name, route in _second_by_its_own_name(key, service, zone, config.second_cdn):
                names.append(name)
                routes.append(route)
    zones = tuple(dict.fromkeys(zone for _, _, zone in config.services()))
    return Target(config, zones, tuple(names), tuple(routes), project)


_Found = tuple[Name, tuple[Route, ...]]


def _alone(key: str, zone: str, host: str) -> _Found:
    """A name that leads to CloudFront only. Of a wildcard, one of the names it stands for."""
    host = host.replace("*", "slipway-smoke", 1)
    return Name(host, zone, "alias", (ALIAS_TTL,)), (Route(key, host, host, CLOUDFRONT),)


def _shared(key: str, service: ServiceConfig, zone: str, host: str, second: SecondCdn | None) -> _Found | None:
    if host not in service.weights or second is None:
        return None
    if host != zone:
        mine, theirs = f"{CLOUDFRONT}-{host}", f"{second.name}-{host}"
        name = Name(host, zone, "shared", (SHARED_TTL,), (mine, theirs))
        return name, (Route(key, host, mine, CLOUDFRONT), Route(key, host, theirs, second.name, second.pool))
    alone = [other for other in service.served if other.startswith(f"{CLOUDFRONT}-")]
    ours = Route(key, host, alone[0] if alone else host, CLOUDFRONT)
    name = Name(host, zone, "apex", (ALIAS_TTL, POOL_TTL))
    return name, (ours, *(Route(key, host, address, second.name, address) for address in second.ipv4[:1]))


def _second_by_its_own_name(
    key: str, service: ServiceConfig, zone: str, second: SecondCdn
) -> Iterator[tuple[Name, Route]]:
    for host in service.served:
        if host.startswith(f"{CLOUDFRONT}-"):
            own = f"{second.name}-{host.removeprefix(f'{CLOUDFRONT}-')}"
            yield Name(own, zone, "pool", (POOL_TTL,), (second.pool,)), Route(key, own, own, second.name, second.pool)
