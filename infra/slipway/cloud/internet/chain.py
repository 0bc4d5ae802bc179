"""Whether CloudFront would serve a host: which distribution a request meets, and the first link that is broken there.

Sources: CloudFront Developer Guide, "Restrictions on using alternate domain names" (of all enabled distributions the
one with the best alias serves, an exact one before a wildcard, whichever domain the name led to), "Requirements for
using SSL/TLS certificates", "Restrict access to an Amazon S3 origin".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from slipway.cloud.internet.permission import Request, admits, like
from slipway.cloud.internet.world import Behaviour, Distribution, Origin, World
from slipway.cloud.provider.rules.certificates import covers
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["behaviour_of", "bucket_of", "faults", "meets", "routed"]

_BUCKET = re.compile(r"(?P<bucket>.+?)\.s3(?:-website)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com")


def routed(world: World, name: str) -> Distribution | None:
    """The distribution that a request for the host meets; None if no enabled one has an alias for it."""
    name = host(name)
    enabled = [each for each in world.distributions if each.enabled]
    exact = (each for each in enabled if name in each.aliases)
    wild = (each for each in enabled if any(covers(alias, name) for alias in each.aliases))
    return next(exact, None) or next(wild, None)


def meets(world: World, name: str) -> Distribution | None:
    """The same for any host, a distribution's own domain among them."""
    name = host(name)
    own = (each for each in world.distributions if each.enabled and each.domain == name)
    return next(own, None) or routed(world, name)


def behaviour_of(distribution: Distribution, path: str) -> Behaviour:
    """The behaviour that answers a path: the first whose pattern it is like ("Path pattern": `*` stands for any run of
    characters, `?` for one, capitals count, and the slash in front may be left out)."""
    first = (each for each in distribution.behaviours if like(path, f"/{each.pattern.removeprefix('/')}"))
    return next(first, distribution.behaviours[-1])


def faults(world: World, distribution: Distribution, name: str) -> Iterator[str]:
    """Every link that is broken between this distribution's edge and its origins, for requests of a host."""
    yield from _certificate(world, distribution, name)
    for arn in distribution.functions:
        if not world.has_function(arn):
            yield f"there is no function {arn.rpartition('/')[2]}"
    for origin in distribution.origins:
        yield from _origin(world, distribution, origin)


def bucket_of(origin: Origin) -> str | None:
    """The bucket that an origin is; None if it is a server."""
    found = _BUCKET.fullmatch(origin.host)
    return found["bucket"] if found else None


def _certificate(world: World, distribution: Distribution, name: str) -> Iterator[str]:
    arn = distribution.certificate
    if arn is None or host(name) == distribution.domain:  # CloudFront's own certificate covers its domains.
        return
    if not arn:
        yield f"CloudFront's own certificate does not cover {name}"
        return
    certificate = world.certificate(arn)
    if certificate is None:
        yield f"there is no certificate {arn}"
    elif not certificate.issued:
        yield f"certificate {arn} is not issued"
    elif not any(covers(pattern, name) for pattern in certificate.names):
        yield f"certificate {arn} does not cover {name}"
    if arn.split(":")[3] != "us-east-1":
        yield f"certificate {arn} is not in us-east-1"


def _origin(world: World, distribution: Distribution, origin: Origin) -> Iterator[str]:
    if not world.has_access(origin):
        yield f"the access control of origin {origin.host} is gone"
    bucket = bucket_of(origin)
    if bucket is None:
        return
    if not world.has_bucket(bucket):
        yield f"there is no bucket {bucket}"
        return
    policy = world.policy(bucket)
    if policy is None:
        yield f"bucket {bucket} has no policy"
    elif not admits(policy, bucket, _request(distribution, origin)):
        yield f"the policy of bucket {bucket} does not admit {distribution.id}"


def _request(distribution: Distribution, origin: Origin) -> Request:
    if origin.control:
        return Request.of_distribution(distribution.arn)
    return Request.of_identity(origin.identity) if origin.identity else Request.anonymous()
