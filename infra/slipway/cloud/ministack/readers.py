"""What a bucket's policy is asked about CloudFront, which reads the bucket for a distribution.

MiniStack 1.5.33 knows `aws:SourceArn` there and no more. CloudFront comes over HTTPS (`aws:SecureTransport`), whatever
brought the viewer's request here, and for the account of the distribution (`aws:SourceAccount`). Source: Amazon
CloudFront developer guide, *Restrict access to an Amazon S3 origin*; IAM user guide, *AWS global condition context
keys*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import s3

__all__ = ["install"]

_allows: Callable[..., bool] = s3._cloudfront_origin_allows
_resolve: Callable[[str, Any], Any] = iam_evaluator._resolve_condition_key


def install() -> None:
    """Put it into MiniStack."""
    s3._cloudfront_origin_allows = _allowed
    iam_evaluator._resolve_condition_key = _resolved


def _allowed(*asked: Any) -> bool:
    address, _ = iam_evaluator._request_origin.get()
    before = iam_evaluator._request_origin.set((address, True))
    try:
        return _allows(*asked)
    finally:
        iam_evaluator._request_origin.reset(before)


def _resolved(key: str, context: Any) -> Any:
    """A condition key's value; a service's account is that of the resource for which it comes."""
    found = _resolve(key, context)
    if found is None and key.lower() == "aws:sourceaccount":
        parts = str(context.service_context.get("aws:sourcearn", "")).split(":")
        return parts[4] if len(parts) > 4 and parts[4] else None
    return found
