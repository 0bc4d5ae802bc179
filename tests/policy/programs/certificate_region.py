"""A certificate requested where CloudFront takes it from, and elsewhere."""

from __future__ import annotations

from cdn import Site


def good() -> None:
    _site("us-east-1")


def bad() -> None:
    _site("eu-central-1")


def _site(region: str) -> None:
    Site(certificate=lambda args: args.update(region=region), issued=lambda args: args.update(region=region))
