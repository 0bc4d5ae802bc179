"""A second cache behaviour, for plain HTTP or not."""

from __future__ import annotations

from cdn import Site, behavior


def good() -> None:
    _site("https-only")


def bad() -> None:
    _site("allow-all")


def _site(protocol: str) -> None:
    second = behavior(path_pattern="/list/*", viewer_protocol_policy=protocol)
    Site(distribution=lambda args: args.update(ordered_cache_behaviors=[second]))
