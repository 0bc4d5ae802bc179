"""Every successful call that changes something, written into the journal: the services' own handlers are wrapped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import acm, cloudfront, route53, s3

from slipway.cloud.ministack import calls
from slipway.cloud.ministack.calls import Call
from slipway.cloud.ministack.deployments import Deployments
from slipway.cloud.ministack.journal import Journal

__all__ = ["install"]


def install(journal: Journal, deployments: Deployments) -> None:
    """Let the journal hear of what these four services do."""

    def of_cloudfront(call: Call) -> Iterable[str]:
        named = calls.cloudfront(call)
        return (deployments.note() or named) if named else ()

    def of_s3(call: Call) -> Iterable[str]:
        return calls.s3(call, *s3._parse_bucket_key(call.path, call.headers))

    def of_objects(call: Call) -> Iterable[str]:
        return calls.objects(call, *s3._parse_bucket_key(call.path, call.headers))

    _hear(journal, "route53", route53, calls.route53)
    _hear(journal, "cloudfront", cloudfront, of_cloudfront)
    _hear(journal, "acm", acm, calls.acm)
    _hear(journal, "s3", s3, of_s3)
    _hear(journal, "objects", s3, of_objects)  # nothing is read again, but no edge answers from memory


def _hear(journal: Journal, service: str, module: Any, touched: Callable[[Call], Iterable[str]]) -> None:
    handle = module.handle_request

    async def handled(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], *rest: Any, **more: Any
    ) -> Any:
        answer = await handle(method, path, headers, body, query, *rest, **more)
        status, _, text = answer
        if 200 <= status < 300:
            text = text if isinstance(text, bytes) else b""  # an object's body may be a stream
            for identity in touched(Call(method, path, headers, body, query, text)):
                journal.record(service, identity)
        return answer

    module.handle_request = handled
