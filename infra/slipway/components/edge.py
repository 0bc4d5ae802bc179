"""What CloudFront does with a request at the edge: a router function, and what it caches and adds."""

from __future__ import annotations

from pathlib import Path

import pulumi
from pulumi_aws import cloudfront

from slipway.errors import BadInput

__all__ = ["EdgePolicies", "RouterFunction", "read_source"]

# Bytes of source, from the Amazon CloudFront developer guide, *Quotas on CloudFront Functions*.
_FUNCTION_LIMIT = 10_240


class RouterFunction(pulumi.ComponentResource):
    """The CloudFront Function of `source`, a file of JavaScript for runtime 2.0, published at once.

    Replaced: by nothing, its name is of Pulumi's making. New code is an update in place, live at every distribution
    that uses the function: test it before.

    Raises BadInput when the file is not readable UTF-8 or is larger than CloudFront takes.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, source: Path, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:components:RouterFunction", name, None, opts)
        function = cloudfront.Function(
            name,
            code=read_source(source),
            runtime="cloudfront-js-2.0",
            comment=source.name,
            publish=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})


class EdgePolicies(pulumi.ComponentResource):
    """How static files are cached, and the headers their answers get.

    The path alone is the cache key: no query string, cookie or header reaches the origin. Objects without a lifetime of
    their own are cached for `default_ttl` seconds, no object for more than `max_ttl`. Every origin may read (CORS `*`).

    Replaced: by nothing. A change is an update in place, live at every distribution that uses the policies.
    """

    cache_id: pulumi.Output[str]
    headers_id: pulumi.Output[str]

    def __init__(
        self, name: str, *, default_ttl: int, max_ttl: int, opts: pulumi.ResourceOptions | None = None
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
                "query_strings_config": {"query_string_behavior": "none"},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        headers = cloudfront.ResponseHeadersPolicy(
            f"{name}-headers",
            cors_config={
                "access_control_allow_credentials": False,
                "access_control_allow_headers": {"items": ["*"]},
                "access_control_allow_methods": {"items": ["GET", "HEAD"]},
                "access_control_allow_origins": {"items": ["*"]},
                "origin_override": True,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.cache_id = cache.id
        self.headers_id = headers.id
        self.register_outputs({"cache_id": self.cache_id, "headers_id": self.headers_id})


def read_source(source: Path) -> str:
    """Return the code of a router function. Raises BadInput as `RouterFunction` says."""
    try:
        code = source.read_bytes()
        text = code.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{source}: {error}", "A router is a readable UTF-8 file of JavaScript.") from None
    if len(code) > _FUNCTION_LIMIT:
        raise BadInput(f"{source}: {len(code)} bytes, above the {_FUNCTION_LIMIT} that CloudFront takes", "Shorten it.")
    return text
