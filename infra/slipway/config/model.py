"""The configuration of a stack as a value: one environment, with the settings of each of its services.

The descriptions are what an error message gives as allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from slipway.config.downloads import DownloadsConfig
from slipway.config.fields import (
    Address4,
    Address6,
    CommonName,
    Email,
    Hostname,
    Hostnames,
    Place,
    Strict,
    TagKey,
    TagValue,
    Url,
)
from slipway.config.review import ReviewConfig
from slipway.config.rollout import RolloutConfig
from slipway.config.services import (
    CratesConfig,
    DocumentationConfig,
    IndexConfig,
    RedirectConfig,
    ReleasesConfig,
    ServiceConfig,
    WebConfig,
)
from slipway.config.smoke import SmokeConfig

__all__ = ["AlarmsConfig", "DurationsConfig", "OnCallConfig", "SecondCdn", "StackConfig"]

Seconds = Annotated[int, Field(ge=0, le=86_400, description="whole seconds, from 0 to 86400 (a day)")]
Percent = Annotated[float, Field(ge=0, le=100, strict=False, description="a percentage, from 0 to 100")]


class DurationsConfig(Strict):
    """How long AWS may take here, in seconds: what the worst case of a refusal is worked out from."""

    issuance: Seconds = 600
    distribution: Seconds = 900
    record: Seconds = 60
    other: Seconds = 30
    negative_ttl: Seconds = 900


class SecondCdn(Strict):
    """The other CDN. `name` is its set identifier and what its own names begin with; `pool` what they lead to; the
    addresses stand in for it at an apex, where no CNAME may be."""

    name: str = Field(pattern=r"^[a-z][a-z0-9]{1,20}$", description="2 to 21 lower-case letters and digits")
    pool: Hostname = Field(description="the host name that the second CDN gave")
    ipv4: tuple[Address4, ...] = Field(default=(), strict=False, description="a list of IPv4 addresses")
    ipv6: tuple[Address6, ...] = Field(default=(), strict=False, description="a list of IPv6 addresses")


class OnCallConfig(Strict):
    """Who is told of an alarm, and where the runbooks are."""

    email: tuple[Email, ...] = Field(default=(), strict=False, description="a list of e-mail addresses")
    https: tuple[Url, ...] = Field(default=(), strict=False, description="a list of https URLs of a paging service")
    runbooks: Url = Field(description="the https URL under which docs/runbooks is to be read")


class AlarmsConfig(Strict):
    """When somebody is told: the thresholds, the same for every service."""

    error_percent: Percent = 1.0
    origin_latency_ms: int = Field(default=3000, ge=1, le=600_000, description="whole milliseconds, from 1 to 600000")
    surge_factor: float = Field(
        default=2.0, gt=1, le=1000, strict=False, description="a factor above 1: requests against the week before"
    )
    hit_percent: Percent = 80.0
    certificate_days: int = Field(default=21, ge=1, le=60, description="whole days, from 1 to 60")
    replication_lag: Seconds = 3600
    queue_age: Seconds = 3600


class StackConfig(Strict):
    """One environment. A service that is not configured is not there."""

    environment: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$", description="1 to 32 lower-case letters, digits and hyphens"
    )
    guarded: bool = Field(description="true (preflight refuses what it cannot prove safe) or false (it warns)")
    protect: bool = Field(
        description="true (zone, buckets and distributions outlive any diff) or false (a disposable stack); "
        "true where guarded is true"
    )
    zone: Hostname = Field(description="the domain name of the stack's hosted zone")
    releases_zone: Hostname | None = Field(
        default=None, description="the domain name of the hosted zone of releases and documentation"
    )
    log_retention_days: int = Field(ge=1, le=3653, description="whole days, from 1 to 3653 (ten years)")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        max_length=40,
        description="up to 40 tags as AWS takes them: keys of 1 to 128, values of up to 256 letters, digits, spaces "
        "and _.:/=+-@",
    )
    external: Hostnames = Field(
        default=(), description="a list of host names outside this stack that preflight takes as serving"
    )
    retire: Hostnames = Field(default=(), description="a list of host names that are meant to go, none of them served")
    durations: DurationsConfig = Field(
        default=DurationsConfig(),
        description="whole seconds for any of issuance, distribution, record, other and negative_ttl",
    )
    ledger: Place | None = Field(
        default=None, description="s3://BUCKET/PREFIX or a folder, seen from the settings file; without it, no ledger"
    )
    review: ReviewConfig | None = Field(
        default=None,
        description="rules and traffic: which changes need how many reviews; without it, none; needs ledger",
    )
    rollout: RolloutConfig = Field(
        default=RolloutConfig(), description="soak, approval_hours, zone, window, quiet and announce"
    )
    second_cdn: SecondCdn | None = Field(
        default=None, description="name, pool, ipv4 and ipv6 of the second CDN, if there is one"
    )
    on_call: OnCallConfig | None = Field(default=None, description="email, https and runbooks; without it, no alarms")
    alarms: AlarmsConfig = Field(
        default=AlarmsConfig(),
        description="error_percent, origin_latency_ms, surge_factor, hit_percent, certificate_days, replication_lag "
        "and queue_age",
    )
    downloads: DownloadsConfig = Field(
        default=DownloadsConfig(), description="scan_gigabytes: what one query of the logs may scan"
    )
    crates: CratesConfig = Field(description="the settings of the crates service")
    index: IndexConfig | None = Field(default=None, description="the settings of the index service")
    web: WebConfig | None = Field(default=None, description="the settings of the web application")
    releases: ReleasesConfig | None = Field(default=None, description="the settings of the releases service")
    documentation: DocumentationConfig | None = Field(
        default=None, description="the settings of the documentation service"
    )
    redirects: dict[CommonName, RedirectConfig] = Field(
        default_factory=dict,
        max_length=100,
        description="up to 100 host names inside the zone, each with to: another host name, and status: 301 or 302",
    )

    smoke: SmokeConfig = Field(
        default=SmokeConfig(),
        description="crates, release, page and largest: public files that the smoke test fetches",
    )

    @property
    def all_tags(self) -> dict[str, str]:
        """What every resource that takes tags is tagged with."""
        return {"environment": self.environment, **self.tags}

    @property
    def all_external(self) -> tuple[str, ...]:
        """The targets outside this stack that are taken as serving, the second CDN's among them."""
        second = (self.second_cdn.pool, *self.second_cdn.ipv4, *self.second_cdn.ipv6) if self.second_cdn else ()
        return (*self.external, *second)

    def services(self) -> Iterator[tuple[str, ServiceConfig, str]]:
        """Every service that there is: its key, its settings, and the domain of its zone."""
        other = self.releases_zone or self.zone
        found: tuple[tuple[str, ServiceConfig | None, str], ...] = (
            ("crates", self.crates, self.zone),
            ("index", self.index, self.zone),
            ("web", self.web, self.zone),
            ("releases", self.releases, other),
            ("documentation", self.documentation, other),
        )
        yield from ((key, service, zone) for key, service, zone in found if service is not None)
        yield from (("redirects", RedirectConfig.service(host), self.zone) for host in self.redirects)
