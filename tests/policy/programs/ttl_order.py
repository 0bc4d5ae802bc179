"""TTLs of a cache policy and of a cache behaviour: equal, and out of order."""

from __future__ import annotations

from cdn import Site, behavior
from pulumi_aws import cloudfront


def good() -> None:
    _site(default=86_400)


def bad() -> None:
    _site(default=86_401)


def _site(default: int) -> None:
    own = behavior(cache_policy_id=None, path_pattern="/own/*", min_ttl=0, default_ttl=default, max_ttl=86_400)
    Site(distribution=lambda args: args.update(ordered_cache_behaviors=[own]))
    none = {"cookie_behavior": "none"}, {"header_behavior": "none"}, {"query_string_behavior": "none"}
    cloudfront.CachePolicy(
        "cache",
        default_ttl=default,
        max_ttl=86_400,
        parameters_in_cache_key_and_forwarded_to_origin=dict(
            zip(("cookies_config", "headers_config", "query_strings_config"), none, strict=True)
        ),
    )
