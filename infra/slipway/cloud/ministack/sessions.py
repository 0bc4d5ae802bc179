"""Temporary credentials that have expired: a call that is signed with them is refused, as AWS refuses it.

MiniStack believes every signature. Sources: IAM User Guide, "Unique identifiers" (the key of temporary credentials
begins with ASIA); Common Errors of the services' API References (ExpiredToken, ExpiredTokenException).
"""

from __future__ import annotations

import json
import re
from typing import Any

from slipway.cloud.ministack.home import directory
from slipway.cloud.ministack.protocol import App, Message, Receive, Send

__all__ = ["FILE", "within_their_time"]

FILE = "expired.json"
"""The file in the cloud's directory with the expired keys."""

_SCOPE = re.compile(rb"Credential=(?P<key>ASIA\w+)/\d+/[\w-]+/(?P<service>[\w-]+)/aws4_request")
_SAID = "The security token included in the request is expired"
_IN_XML = {"cloudfront", "iam", "monitoring", "route53", "s3", "sns", "sts"}


def within_their_time(app: App) -> App:
    """The same application, for whose credentials have not expired."""

    async def checked(scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        signed = _SCOPE.search(headers.get(b"authorization", b""))
        if signed and signed["key"].decode() in _expired():
            await _refuse(send, signed["service"].decode(), b"x-amz-target" in headers)
        else:
            await app(scope, receive, send)

    return checked


def _expired() -> list[str]:
    path = directory() / FILE
    keys: list[str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return keys


async def _refuse(send: Send, service: str, targeted: bool) -> None:
    kind, body = b"application/x-amz-json-1.1", json.dumps({"__type": "ExpiredTokenException", "message": _SAID})
    status, headers = 400, [(b"x-amzn-errortype", b"ExpiredTokenException")]
    if service in _IN_XML and not targeted:
        error = f"<Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>{_SAID}</Message></Error>"
        kind, body, status, headers = b"text/xml", f"<ErrorResponse>{error}</ErrorResponse>", 403, []
    start: dict[str, Any] = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [(b"content-type", kind), *headers]})
    await send({"type": "http.response.body", "body": body.encode()})
