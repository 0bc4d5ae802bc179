"""What is wrong with a configuration although every value is right on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from slipway.config.model import StackConfig
from slipway.config.review import ReviewConfig
from slipway.config.services import ServiceConfig

__all__ = ["Contradiction", "contradictions"]

Where = tuple[int | str, ...]
Contradiction = tuple[Where, str]
"""Where it stands, and what is wrong there."""


def contradictions(config: StackConfig) -> Iterator[Contradiction]:
    """Every one, stack first."""
    if config.guarded and not config.protect:
        yield ("protect",), "false leaves a guarded stack unprotected"
    for key, service, zone in config.services():
        yield from _names(key, service, zone)
        yield from _ttls(key, service)
        yield from _weights(config, key, service, zone)
        for name in sorted(set(config.retire) & set(service.served)):
            yield ("retire",), f'"{name}" is still served by {key}'
    counts = Counter(name for _, service, _ in config.services() for name in service.names)
    for name in sorted(name for name, count in counts.items() if count > 1):
        owners = [key for key, service, _ in config.services() if name in service.names]
        yield (owners[-1], "names"), f'"{name}" belongs to {owners[0]} already'
    if config.review:
        yield from _reviews(config, config.review)
    if config.releases_zone == config.zone:
        yield ("releases_zone",), f'"{config.zone}" is the zone itself; leave it out'


def _names(key: str, service: ServiceConfig, zone: str) -> Iterator[Contradiction]:
    if service.host not in service.names:
        yield (key, "host"), f'"{service.host}" is not in {key}.names'
    for name in service.names:
        if name != zone and not name.endswith(f".{zone}"):
            where: Where = (key, name) if key == "redirects" else (key, "names", name)
            yield where, f'"{name}" is not inside the zone {zone}'


def _ttls(key: str, service: ServiceConfig) -> Iterator[Contradiction]:
    default, most = getattr(service, "default_ttl", 0), getattr(service, "max_ttl", 0)
    if default > most:
        yield (key, "default_ttl"), f"{default} is above max_ttl {most}"


def _weights(config: StackConfig, key: str, service: ServiceConfig, zone: str) -> Iterator[Contradiction]:
    for name, share in service.weights.items():
        where: Where = (key, "weights", name)
        if config.second_cdn is None:
            yield where, "shares a name with a second CDN, and there is no second_cdn"
        elif name not in service.served:
            yield where, f'"{name}" is not served'
        elif share.cloudfront == share.second == 0:
            yield where, "0 and 0 are equal shares for both, and turn nothing off"
        elif name == zone and not config.second_cdn.ipv4:
            yield where, "is an apex, which needs second_cdn.ipv4"
        elif name != zone and f"cloudfront-{name}" not in service.served:
            yield where, f'leads to "cloudfront-{name}", which is not served'


def _reviews(config: StackConfig, review: ReviewConfig) -> Iterator[Contradiction]:
    names = {name for _, service, _ in config.services() for name in service.names}
    if config.ledger is None:
        yield ("review",), "is asked where there is a ledger, and none is set"
    for name in review.traffic:
        if name not in names:
            yield ("review", "traffic", name), f'"{name}" is none of this stack\'s names'
    if (total := round(sum(review.traffic.values()), 6)) > 100:
        yield ("review", "traffic"), f"adds up to {total:g} percent"
    for number, rule in enumerate(review.rules):
        where: Where = ("review", "rules", number)
        if rule.traffic_above is not None and not review.traffic:
            yield (*where, "traffic_above"), "says nothing without review.traffic"
        for name in rule.names:
            if not any(name == own or (name[0] == "*" and own.endswith(name[1:])) for own in names):
                yield (*where, "names"), f'"{name}" is none of this stack\'s names'
