"""What a distribution does with a request, and where it gets the answer: values that `Distribution` puts together.

origin      BucketOrigin   files of a bucket, with a second one to fail over to
            ServerOrigin   a server over https
behavior    static()       files: GET and HEAD, cached
            dynamic()      a server: every method, nothing cached
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudfront

from slipway.components.buckets import PrivateBucket
from slipway.components.edge import RouterFunction
from slipway.components.policies import EdgePolicies, PassThrough

__all__ = ["Behavior", "BucketOrigin", "ServerOrigin", "dynamic", "immutable", "static"]

_READ = ("GET", "HEAD")
_ALL = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class BucketOrigin:
    """A private bucket; `fallback` is asked instead when it answers 500, 502 or 503. `path` is a folder of the bucket
    (such as `/doc`) that every request's path is put behind."""

    bucket: PrivateBucket
    fallback: PrivateBucket | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class ServerOrigin:
    """A server, reached over https by its own host name; both timeouts are in seconds."""

    host: str
    keepalive: int = 60
    read_timeout: int = 60


@dataclass(frozen=True, slots=True)
class Behavior:
    """One cache behaviour, for the paths of `pattern` ("" for all the others)."""

    pattern: str
    methods: Sequence[str]
    cache_id: pulumi.Input[str]
    headers_id: pulumi.Input[str]
    request_id: pulumi.Input[str] | None = None
    router: RouterFunction | None = None
    compress: bool = True

    def settings(self, target: str) -> cloudfront.DistributionDefaultCacheBehaviorArgsDict:
        """The behaviour as CloudFront takes it, for an origin or a group of origins."""
        found: cloudfront.DistributionDefaultCacheBehaviorArgsDict = {
            "target_origin_id": target,
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": list(self.methods),
            "cached_methods": list(_READ),
            "compress": self.compress,
            "cache_policy_id": self.cache_id,
            "response_headers_policy_id": self.headers_id,
        }
        if self.request_id is not None:
            found["origin_request_policy_id"] = self.request_id
        if self.router is not None:
            found["function_associations"] = [{"event_type": "viewer-request", "function_arn": self.router.arn}]
        return found


def static(policies: EdgePolicies, router: RouterFunction | None = None) -> Behavior:
    """Files, read only, cached as the policies say."""
    return Behavior("", _READ, policies.cache_id, policies.headers_id, router=router)


def immutable(pattern: str, policies: EdgePolicies, router: RouterFunction) -> Behavior:
    """The same for files that never change under their name; browsers keep them for good."""
    assert policies.immutable_id is not None  # noqa: S101 - made with `immutable=True`
    return Behavior(pattern, _READ, policies.cache_id, policies.immutable_id, router=router)


def dynamic(policies: PassThrough) -> Behavior:
    """Everything a server answers, never cached."""
    return Behavior("", _ALL, policies.cache_id, policies.headers_id, policies.request_id)
