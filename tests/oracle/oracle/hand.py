"""One small site, and what hand-made scenarios do to it."""

from __future__ import annotations

from dataclasses import replace

from oracle.previews import Program, Ref, Resource, document
from oracle.simulator import Simulator
from oracle.worlds import DECLARED, certified, distribution, policy, record

__all__ = ["BLUE", "BUCKET", "CODE", "GREEN", "ISSUED", "STATIC", "WWW", "green", "site", "statuses", "without"]

WWW, STATIC = "www.example.org", "static.example.org"
BLUE, GREEN = Ref("blue", "domainName"), Ref("green", "domainName")
ISSUED, BUCKET, CODE = (
    Ref("cert-issued", "certificateArn"),
    Ref("files", "bucketRegionalDomainName"),
    Ref("router", "arn"),
)


def site(**more: Resource) -> dict[str, Resource]:
    """www.example.org on the distribution blue, with a certificate, a bucket and a function of its own."""
    return {
        "zone": Resource("zone", {"name": "example.org"}),
        "oac": Resource("oac", {"name": "oac"}),
        "files": Resource("bucket", {"bucket": "example-files"}),
        "router": Resource("function", {"name": "router", "code": "1"}),
        **certified("cert", [WWW, STATIC, "*.example.org"], proof=True),
        "blue": distribution([WWW], ISSUED, BUCKET, CODE),
        "read": policy([Ref("blue", "arn")]),
        "www": record(WWW, BLUE, alias=True),
        **more,
    }


def green(*aliases: str, after: tuple[str, ...] = ()) -> Resource:
    return replace(distribution(aliases, ISSUED, None, None), after=after)


def statuses(before: Program, after: Program) -> dict[str, str]:
    return Simulator(document(before, after), (DECLARED,)).statuses()


def without(program: Program, *names: str) -> dict[str, Resource]:
    return {name: resource for name, resource in program.items() if name not in names}
