"""MiniStack's data plane, asked as a distribution's edge would be."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from slipway.cloud.provider.cloud import Cloud

__all__ = ["get"]


def get(cloud: Cloud, domain: str, path: str) -> tuple[int, bytes]:
    """Status and body of GET https://DOMAIN/PATH, DOMAIN being a distribution's own. Raises OSError."""
    connection = http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": domain, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
