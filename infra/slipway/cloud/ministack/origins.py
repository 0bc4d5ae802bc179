"""The data plane's origins: groups of them, and those that fail when they are told to.

MiniStack 1.5.33 answers 502 for a behaviour that names an origin group. Here a group is an origin like any other, whose
members are asked one after the other (Amazon CloudFront developer guide, *Optimize high availability with CloudFront
origin failover*: GET, HEAD and OPTIONS only, on the group's status codes and where the member is not reached).

The file `faults.json` in the cloud's directory names buckets whose origin fails, and with which status:
`{"crates-1a2b3c": 503}`. See `slipway.cloud.process.fail_origin`.

Nothing leaves the machine: for a server that is not on a loopback address something here answers 200 and says for whom
it stands in.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from ministack.services import cloudfront

from slipway.cloud.ministack.home import faults_file

__all__ = ["install"]

_FAILING_OVER = ("GET", "HEAD", "OPTIONS")
_parse: Callable[[dict[str, Any]], dict[str, Any]] = cloudfront.parse_distribution_dataplane_config
_fetch: Callable[..., Awaitable[tuple[Any, ...]]] = cloudfront._fetch_from_origin


def install() -> None:
    """Put both into MiniStack."""
    cloudfront.parse_distribution_dataplane_config = _parsed
    cloudfront._fetch_from_origin = _fetched


def _parsed(distribution: dict[str, Any]) -> dict[str, Any]:
    """The distribution's settings, its origin groups among its origins."""
    found = _parse(distribution)
    config = cloudfront._dist_config_el(distribution)
    groups = cloudfront._find(config, "OriginGroups")
    items = cloudfront._find(groups, "Items") if groups is not None else None
    for group in items if items is not None else ():
        members = cloudfront._find(cloudfront._find(group, "Members"), "Items")
        codes = cloudfront._find(cloudfront._find(cloudfront._find(group, "FailoverCriteria"), "StatusCodes"), "Items")
        origins = [found["origins"].get(cloudfront._text(member, "OriginId")) for member in members]
        if all(origins):
            identity = cloudfront._text(group, "Id")
            first = {**origins[0], "members": origins, "codes": {int(code.text or 0) for code in codes}}
            found["origins"][identity] = first
    return found


async def _fetched(origin: dict[str, Any], method: str, *rest: Any) -> tuple[Any, ...]:
    """One answer, from the first member of a group that does not fail."""
    *first, last = origin.get("members", [origin])
    for member in first if method in _FAILING_OVER else ():
        try:
            answer = await _asked(member, method, *rest)
        except (cloudfront.OriginTimeout, cloudfront.OriginUnreachable):
            continue
        if answer[0] not in origin["codes"]:
            return answer
    return await _asked(last if method in _FAILING_OVER or not first else first[0], method, *rest)


async def _asked(origin: dict[str, Any], method: str, *rest: Any) -> tuple[Any, ...]:
    status = _faults().get(origin.get("s3_bucket") or "")
    if status:
        return status, "", cloudfront._multidict_from_pairs([]), b""
    return await _fetch(origin, method, *rest) if _is_here(origin) else _stand_in(str(origin["domain_name"]))


def _is_here(origin: dict[str, Any]) -> bool:
    """Whether an origin is one of MiniStack's own, or a server on this machine."""
    own = (cloudfront._registered_alb, cloudfront._registered_function_url)
    if origin.get("s3_bucket") or any(found(origin) is not None for found in own):
        return True
    server = str(origin["domain_name"])
    with suppress(ValueError):
        return ipaddress.ip_address(server).is_loopback
    return server == "localhost"


def _stand_in(server: str) -> tuple[Any, ...]:
    """What answers for a server of the outside world, and says so."""
    body = f"This stands in for {server}, which is outside the local cloud.\n".encode()
    headers = [("content-type", "text/plain; charset=utf-8"), ("x-slipway-stand-in", server)]
    return 200, "OK", cloudfront._multidict_from_pairs(headers), body


def _faults() -> dict[str, int]:
    try:
        return dict(json.loads(faults_file().read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
