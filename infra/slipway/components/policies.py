"""What CloudFront keeps of answers, what it passes on of requests, and which headers it adds."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudfront

__all__ = ["EdgePolicies", "PassThrough"]


class EdgePolicies(pulumi.ComponentResource):
    """How static files are cached, and the headers their answers get.

    The path alone is the cache key, with `query_strings` the query string as well; no cookie or header reaches the
    origin. Objects without a lifetime of their own are cached for `default_ttl` seconds, no object for more than
    `max_ttl`. Every origin may read (CORS `*`). `immutable_id` is a second set of headers, for files whose content
    never changes under their name.

    Replaced: by nothing. A change is an update in place, live at every distribution that uses the policies.
    """

    cache_id: pulumi.Output[str]
    headers_id: pulumi.Output[str]
    immutable_id: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        *,
        default_ttl: int,
        max_ttl: int,
        query_strings: bool = False,
        immutable: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:EdgePolicies", name, None, opts)
        cache = cloudfront.CachePolicy(
            f"{name}-cache",
            min_ttl=0,
            default_ttl=default_ttl,
            max_ttl=max_ttl,
            parameters_in_cache_key_and_forwarded_to_origin={
                # CloudFront compresses only where the cache key tells the encodings apart.
                "enable_accept_encoding_brotli": True,
                "enable_accept_encoding_gzip": True,
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "none"},
                "query_strings_config": {"query_string_behavior": "all" if query_strings else "none"},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.cache_id = cache.id
        self.headers_id = self._headers(f"{name}-headers")
        self.immutable_id = self._headers(f"{name}-immutable", immutable=True) if immutable else None
        self.register_outputs({"cache_id": self.cache_id, "headers_id": self.headers_id})

    def _headers(self, name: str, *, immutable: bool = False) -> pulumi.Output[str]:
        forever: cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArgsDict = {
            "header": "cache-control",
            "value": "public, max-age=31536000, immutable",
            "override": True,
        }
        policy = cloudfront.ResponseHeadersPolicy(
            name,
            cors_config={
                "access_control_allow_credentials": False,
                "access_control_allow_headers": {"items": ["*"]},
                "access_control_allow_methods": {"items": ["GET", "HEAD"]},
                "access_control_allow_origins": {"items": ["*"]},
                "origin_override": True,
            },
            custom_headers_config={"items": [forever]} if immutable else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return policy.id


class PassThrough(pulumi.ComponentResource):
    """Nothing is cached, and everything a client sends reaches the server: cookies, headers, the query string.

    Answers carry HSTS for `hsts_max_age` seconds, for subdomains too where the server says so itself.

    Replaced: by nothing. A change is an update in place.
    """

    cache_id: pulumi.Output[str]
    request_id: pulumi.Output[str]
    headers_id: pulumi.Output[str]

    def __init__(self, name: str, *, hsts_max_age: int, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:components:PassThrough", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.cache_id = cloudfront.CachePolicy(
            f"{name}-cache",
            # All three at 0 turn caching off; then nothing may be in the cache key either (CloudFront developer guide,
            # *Understand cache policies*).
            min_ttl=0,
            default_ttl=0,
            max_ttl=0,
            parameters_in_cache_key_and_forwarded_to_origin={
                "enable_accept_encoding_brotli": False,
                "enable_accept_encoding_gzip": False,
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "none"},
                "query_strings_config": {"query_string_behavior": "none"},
            },
            opts=inside,
        ).id
        self.request_id = cloudfront.OriginRequestPolicy(
            f"{name}-request",
            cookies_config={"cookie_behavior": "all"},
            # With every header goes `authorization`, which no other setting forwards without caching by it.
            headers_config={"header_behavior": "allViewer"},
            query_strings_config={"query_string_behavior": "all"},
            opts=inside,
        ).id
        self.headers_id = cloudfront.ResponseHeadersPolicy(
            f"{name}-headers",
            security_headers_config={
                "strict_transport_security": {
                    "access_control_max_age_sec": hsts_max_age,
                    "include_subdomains": False,
                    "preload": False,
                    "override": False,
                }
            },
            opts=inside,
        ).id
        self.register_outputs({"cache_id": self.cache_id, "request_id": self.request_id})
