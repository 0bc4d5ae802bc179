"""One edge location of CloudFront: an ASGI application that answers as the configuration says which it holds just now.

Routing, TLS, redirects to https, compression and the headers of an edge are done here. Behaviours, functions, origins
and their failover, who may read a bucket, ranges, conditional requests, error pages and response headers policies are
MiniStack's data plane, which is asked for the rest.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

from slipway.cloud.internet.answers import Answer, Headers, header, page, signed, without
from slipway.cloud.internet.chain import bucket_of
from slipway.cloud.internet.compression import compressed
from slipway.cloud.internet.memo import Memo
from slipway.cloud.internet.routing import Request, Route, route
from slipway.cloud.internet.tls import ACCOUNT
from slipway.cloud.internet.upstream import Unreached, Unsendable, Upstream
from slipway.cloud.internet.world import Origin, World

__all__ = ["Histories", "Location"]

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_BETWEEN_TWO = frozenset(  # of one connection, not of the request (RFC 9110, section 7.6.1)
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"transfer-encoding", b"upgrade", b"content-length")
)
_OURS = re.compile(rb"host|x-forwarded-proto|x-slipway-.*|cookie")
_SEEN_OFTEN = ("GET", "HEAD")


class Histories(Protocol):
    """What a location needs to know of the cloud."""

    @property
    def heard(self) -> int:
        """Another number whenever MiniStack's journal has told of any change, whatever it was, or begun anew."""

    def world(self, place: int) -> World:
        """What the location holds now."""


@dataclass(frozen=True, slots=True)
class Location:
    """The location of one place. The memo is shared by all of them."""

    place: int
    histories: Histories
    upstream: Upstream
    memo: Memo

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI, HTTP alone."""
        if scope["type"] != "http":
            return
        request = await _request(scope, receive)
        answer = await self._answer(request)
        answer = signed(answer, f"SLW{self.place + 1}-P1", bodiless=request.method == "HEAD")
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, request: Request) -> Answer:
        found = route(self.histories.world(self.place), request)
        if isinstance(found, Answer):
            return found
        keyed = (found.distribution.id, found.distribution.etag, replace(request, account=""))
        known = self.memo.recall(keyed)
        if known is not None:
            return known
        asked = self.histories.heard
        try:
            answer = await self.upstream.ask(
                request.method, request.target.encode("latin-1"), _forwarded(found, request), request.body
            )
        except Unsendable:
            return page(400, "Bad request.")
        except Unreached:
            return page(502, "CloudFront could not reach the origin: the local cloud is not there.")
        except TimeoutError:
            return page(504, "CloudFront waited for the origin in vain.")
        answer = _finished(found, request, answer)
        if request.method in _SEEN_OFTEN and _is_settled(found, answer):
            self.memo.keep(keyed, answer, asked)
        return answer


def _finished(found: Route, request: Request, answer: Answer) -> Answer:
    """The data plane's answer as a viewer gets it."""
    if not header(answer.headers, b"x-amz-cf-id"):
        return page(403, "Bad request. The distribution is gone.")  # What answered is some other part of MiniStack.
    if _is_of_buckets(found) and not header(answer.headers, b"server"):
        answer = replace(answer, headers=(*answer.headers, (b"server", b"AmazonS3")))
    return compressed(answer, request.headers) if found.behaviour.compressed else answer


def _is_settled(found: Route, answer: Answer) -> bool:
    """Whether the answer is the same for as long as nothing in the cloud changes."""
    return answer.status < 500 and all(bucket_of(origin) or not _is_here(origin) for origin in found.behaviour.origins)


def _is_here(origin: Origin) -> bool:
    """Whether an origin is a server on this machine, which may answer otherwise each time; for one of the outside
    world MiniStack's wrapper stands in."""
    with suppress(ValueError):
        return ipaddress.ip_address(origin.host).is_loopback
    return origin.host == "localhost"


def _is_of_buckets(found: Route) -> bool:
    return all(bucket_of(origin) for origin in found.behaviour.origins)


def _forwarded(found: Route, request: Request) -> Headers:
    """The request's headers for MiniStack, which knows a distribution by its own domain. `x-slipway-host` is the host
    that functions and origins are to see."""
    cookies = b"; ".join(value for name, value in request.headers if name == b"cookie")
    ours = [
        (b"host", found.distribution.domain.encode()),
        (b"x-forwarded-proto", b"https" if request.secure else b"http"),
        (b"x-slipway-host", request.host.encode("latin-1")),
        (b"x-slipway-etag", found.distribution.etag.encode()),
        (b"cookie", cookies),
    ]
    theirs = without(request.headers, _BETWEEN_TWO)
    return (
        *((name, value) for name, value in ours if value),
        *((name, value) for name, value in theirs if not _OURS.fullmatch(name)),
    )


async def _request(scope: Message, receive: Receive) -> Request:
    headers: Headers = tuple((name.lower(), value) for name, value in scope["headers"])
    query = scope["query_string"]
    return Request(
        method=scope["method"],
        host=header(headers, b"host").decode("latin-1"),
        target=(scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1"),
        headers=headers,
        body=b"".join([part async for part in _parts(receive)]),
        secure=scope["scheme"] == "https",
        account=ACCOUNT.get(),
    )


async def _parts(receive: Receive) -> Any:
    """A request's body, as it comes in."""
    while (message := await receive())["type"] == "http.request":
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
