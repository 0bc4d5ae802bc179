"""Which successful calls of AWS's APIs change something that the local internet shows, and which thing.

Each function takes a call and answers with the ids of what it changed; none if it changed nothing of interest.
Operations and paths: the API references of Route 53 (2013-04-01), CloudFront (2020-05-31), ACM and S3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Call", "acm", "cloudfront", "objects", "route53", "s3"]

_ZONE = re.compile(r"/2013-04-01/hostedzone(?:/(?P<id>[^/]+))?(?:/|$)")
_NEW_ZONE = re.compile(rb"<Id>/hostedzone/(?P<id>[^<]+)</Id>")
_DISTRIBUTION = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)")
_ACM_READS = ("Describe", "Get", "List", "Export")


@dataclass(frozen=True, slots=True)
class Call:
    """One call with the body of its answer; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, Any]
    answer: bytes


def route53(call: Call) -> tuple[str, ...]:
    """The hosted zone that was made, deleted, or whose record sets changed."""
    found = _ZONE.match(call.path)
    if call.method in ("GET", "HEAD") or found is None:
        return ()
    new = _NEW_ZONE.search(call.answer)
    return (found["id"] or (new["id"].decode() if new else ""),)


def cloudfront(call: Call) -> tuple[str, ...]:
    """The distribution that the path names; '' for what belongs to none, such as functions and policies."""
    if call.method in ("GET", "HEAD"):
        return ()
    found = _DISTRIBUTION.match(call.path)
    return (found["id"] if found else "",)


def acm(call: Call) -> tuple[str, ...]:
    """The certificate's ARN."""
    operation = call.headers.get("x-amz-target", "").rpartition(".")[2]
    if not operation or operation.startswith(_ACM_READS):
        return ()
    asked, answered = (_object(text) for text in (call.body, call.answer))
    return (str(asked.get("CertificateArn") or answered.get("CertificateArn") or ""),)


def s3(call: Call, bucket: str, key: str) -> tuple[str, ...]:
    """The bucket that was made, deleted, or of which a setting changed; see `objects` for what is in it."""
    return (bucket,) if bucket and not key and call.method in ("PUT", "DELETE") else ()


def objects(call: Call, bucket: str, key: str) -> tuple[str, ...]:
    """The bucket in which an object was written or deleted, or several were."""
    several = call.method == "POST" and bool(bucket) and (bool(key) or "delete" in call.query)
    return (bucket,) if several or (key and call.method in ("PUT", "DELETE")) else ()


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
