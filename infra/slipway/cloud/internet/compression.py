"""Compression on the way to the viewer.

Source: CloudFront Developer Guide, "Serve compressed files": the behaviour compresses, the viewer accepts gzip, the
origin did not compress; status 200, 403 or 404, 1,000 to 10,000,000 bytes, of a type that CloudFront compresses; a
strong ETag becomes a weak one. Brotli is left out: Python has none.
"""

from __future__ import annotations

import gzip
from dataclasses import replace

from slipway.cloud.internet.answers import Answer, Headers, header, without

__all__ = ["accepts_gzip", "compressed"]

_SMALLEST, _LARGEST = 1_000, 10_000_000
_STATUSES = (200, 403, 404)
_LEVEL = 6
_TYPES = frozenset(
    b"""
    application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
    application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml
    application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
    application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
    application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript
    application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf
    font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js
    text/plain text/richtext text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script
    vnd.apple.mpegurl
    """.split()
)


def accepts_gzip(headers: Headers) -> bool:
    """Whether a request's Accept-Encoding names gzip, and not as unwanted."""
    for part in header(headers, b"accept-encoding").lower().split(b","):
        coding, _, quality = part.partition(b";")
        if coding.strip() in (b"gzip", b"x-gzip"):
            return quality.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


def compressed(answer: Answer, request: Headers) -> Answer:
    """An answer of a behaviour that compresses, as the viewer who sent these headers gets it."""
    if not _is_compressible(answer):
        return answer
    vary = header(answer.headers, b"vary")
    names = vary if b"accept-encoding" in vary.lower() else b", ".join(filter(None, (vary, b"Accept-Encoding")))
    answer = replace(answer, headers=(*without(answer.headers, (b"vary",)), (b"vary", names)))
    if not accepts_gzip(request):
        return answer
    tag = header(answer.headers, b"etag")
    headers = (*without(answer.headers, (b"etag", b"content-length", b"accept-ranges")), (b"content-encoding", b"gzip"))
    if tag:
        headers = (*headers, (b"etag", tag if tag.startswith(b"W/") else b"W/" + tag))
    return Answer(answer.status, headers, gzip.compress(answer.body, _LEVEL, mtime=0))


def _is_compressible(answer: Answer) -> bool:
    kind = header(answer.headers, b"content-type").partition(b";")[0].strip().lower()
    return (
        answer.status in _STATUSES
        and _SMALLEST <= len(answer.body) <= _LARGEST
        and kind in _TYPES
        and not header(answer.headers, b"content-encoding")
    )
