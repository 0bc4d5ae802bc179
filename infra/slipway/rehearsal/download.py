"""One download as a client makes it: name, certificate, distribution, router, bucket.

The path is the real one except at its two ends: record sets are read through Route 53's API instead of a DNS server,
and certificates through ACM's instead of a TLS handshake. Routing, the function and the bucket are MiniStack's data
plane, over HTTP.
"""

from __future__ import annotations

import hashlib
import http.client
from dataclasses import dataclass

from slipway.cloud.internet.chain import faults, routed
from slipway.cloud.internet.dataplane import get
from slipway.cloud.internet.names import Names
from slipway.cloud.internet.world import CloudWorld
from slipway.cloud.provider.cloud import Cloud

__all__ = ["DarkError", "Download", "fetch"]

_HOPS = 8


class DarkError(Exception):
    """The name did not serve, and this is the first link that failed."""


@dataclass(frozen=True, slots=True)
class Download:
    """What came back: the status, the body's SHA-256 in hexadecimal, and the distribution that served it."""

    status: int
    sha256: str
    distribution: str


def fetch(cloud: Cloud, name: str, path: str) -> Download:
    """Fetch https://NAME/PATH from the local cloud; DarkError names the first broken link."""
    world = CloudWorld(cloud)
    _check_resolves(Names(world.zones, {}), name)
    distribution = routed(world, name)
    if distribution is None:
        raise DarkError(f"no enabled distribution has the alias {name}")
    for fault in faults(world, distribution, name):
        raise DarkError(f"{name}: {fault}")
    try:
        status, body = get(cloud, distribution.domain, path)
    except OSError as error:
        raise DarkError(f"{name}: {error}") from error
    if status != http.client.OK:
        raise DarkError(f"{name} answered {status}")
    return Download(status, hashlib.sha256(body).hexdigest(), distribution.id)


def _check_resolves(names: Names, name: str) -> None:
    """Follow the first answer to CloudFront."""
    target = name
    for _ in range(_HOPS):
        answers = names.answers(target)
        if not answers:
            raise DarkError(f"{target} does not resolve")
        target = answers[0].target
        if target.endswith(".cloudfront.net"):
            return
    raise DarkError(f"{name} does not lead to CloudFront")
