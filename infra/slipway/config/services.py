"""The settings of each service: its names, how long its answers are kept, and what only it has. TTLs are in seconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from slipway.config.fields import CommonName, Day, Hostname, Strict, Wildcard

__all__ = [
    "CratesConfig",
    "DocumentationConfig",
    "IndexConfig",
    "PriceClass",
    "RedirectConfig",
    "ReleasesConfig",
    "ServiceConfig",
    "Share",
    "Stage",
    "WebConfig",
]

Stage = Literal["certificate", "alias", "served"]
"""How far a name has come. Each stage includes those before it, so a name in DNS that no distribution answers to, or
an alias that no certificate covers, cannot be written down."""

PriceClass = Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]

_YEAR = 31_536_000
_STAGE = "certificate, alias or served"
_HOST = "the public host name, one of {}.names, at most 64 characters"
_TTL = "whole seconds, from 0 to {}.max_ttl"

Weight = Annotated[int, Field(ge=0, le=255)]
MaxTtl = Annotated[int, Field(ge=0, le=_YEAR, description="whole seconds, from 0 to 31536000 (a year)")]


class Share(Strict):
    """How the requests for a public name are shared between CloudFront and the second CDN: by weight, 0 to 255 each.

    A weight that is only for the moment says `until` when: past that day a report warns of it.
    """

    cloudfront: Weight
    second: Weight
    until: Day | None = None


class ServiceConfig(Strict):
    """What every service has. `host` is one of the `names`, all of them inside the service's zone."""

    host: CommonName
    names: dict[Wildcard, Stage] = Field(
        min_length=1,
        max_length=100,
        description=f"1 to 100 host names inside the zone, each with its stage: {_STAGE}",
    )
    weights: dict[Hostname, Share] = Field(
        default_factory=dict,
        description="for served names: cloudfront and second, each from 0 to 255 and one above 0; until: a day, if "
        "only for the moment",
    )
    price_class: PriceClass = Field(
        default="PriceClass_All", description="PriceClass_100, PriceClass_200 or PriceClass_All"
    )
    trials: bool = Field(
        default=False,
        description="true or false: whether `slipway move stage` may try its changes, which costs HTTP/3 and lets all "
        "distributions of the account read its buckets",
    )

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """Every name, `host` first: a name that is added later never becomes the certificate's own name."""
        return (self.host, *sorted(name for name in self.names if name != self.host))

    @property
    def aliases(self) -> tuple[str, ...]:
        """Names the distribution answers to, sorted."""
        return tuple(sorted(name for name, stage in self.names.items() if stage != "certificate"))

    @property
    def served(self) -> tuple[str, ...]:
        """Names that DNS leads to the distribution, sorted; always a subset of `aliases`."""
        return tuple(sorted(name for name, stage in self.names.items() if stage == "served"))


class CratesConfig(ServiceConfig):
    """The static download host of the registry; with `fallback_region`, a copy of it to fail over to."""

    host: CommonName = Field(description=_HOST.format("crates"))
    default_ttl: int = Field(ge=0, description=_TTL.format("crates"))
    max_ttl: MaxTtl
    fallback_region: str | None = Field(
        default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="a region of AWS, such as us-west-1"
    )


class IndexConfig(ServiceConfig):
    """The sparse index. `dl` and `api` are what its first config.json says; then `slipway index set-dl` keeps `dl`."""

    host: CommonName = Field(description=_HOST.format("index"))
    default_ttl: int = Field(ge=0, description=_TTL.format("index"))
    max_ttl: MaxTtl
    dl: str = Field(pattern=r"^https://\S+$", description="the URL that downloads begin with, over https")
    api: str = Field(pattern=r"^https://\S+$", description="the URL of the registry's API, over https")


class WebConfig(ServiceConfig):
    """The web application: a server behind CloudFront and a firewall."""

    host: CommonName = Field(description=_HOST.format("web"))
    origin: Hostname = Field(description="the host name of the server, reached over https")
    requests_per_5_minutes: int = Field(
        ge=100, le=2_000_000_000, description="requests of one address in five minutes, from 100 on, then it is blocked"
    )
    hsts_max_age: int = Field(ge=0, le=2 * _YEAR, description="whole seconds, from 0 to 63072000 (two years)")


class ReleasesConfig(ServiceConfig):
    """The static host of releases: the highest traffic of all, its whole cache dropped every night."""

    host: CommonName = Field(description=_HOST.format("releases"))
    default_ttl: int = Field(ge=0, description=_TTL.format("releases"))
    max_ttl: MaxTtl
    installer: Hostname = Field(description="the host name to which the legacy installer script has moved")
    documentation: Hostname = Field(description="the host name of the documentation")
    invalidate_at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time of day in UTC, such as 00:30")


class DocumentationConfig(ServiceConfig):
    """The documentation host."""

    host: CommonName = Field(description=_HOST.format("documentation"))
    default_ttl: int = Field(ge=0, description=_TTL.format("documentation"))
    max_ttl: MaxTtl


class RedirectConfig(Strict):
    """Where a host name that only redirects leads, path and query kept, and whether for good (301) or for now (302)."""

    to: Hostname
    status: Literal[301, 302] = 301

    @staticmethod
    def service(host: str) -> ServiceConfig:
        """The host as a service with one name: it has a certificate and a distribution of its own."""
        return ServiceConfig(host=host, names={host: "served"}, price_class="PriceClass_100")
