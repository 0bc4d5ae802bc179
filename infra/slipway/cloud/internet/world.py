"""What stands in the local cloud at one moment, read by boto3 as it is asked for; nothing is read twice.

Another moment is another `World`. What is deleted while it is being read counts as gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

from botocore.exceptions import ClientError

from slipway.cloud.internet.dataplane import get
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rules.certificates import ISSUED
from slipway.cloud.provider.rules.record_sets import host

__all__ = [
    "Behaviour",
    "Certificate",
    "CloudWorld",
    "Distribution",
    "Diversion",
    "Origin",
    "World",
    "Zone",
    "zone_ids",
]

_IDENTITY = "CloudFrontOriginAccessIdentity"


@dataclass(frozen=True, slots=True)
class Zone:
    """A public hosted zone with its record sets, as Route 53's API gives them."""

    id: str
    name: str
    records: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin: its host name, the access control or identity it is read with (empty: none)."""

    host: str
    control: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a distribution does with the paths of `pattern` ("*" for the default). `viewers` is its viewer protocol
    policy; `compressed`, whether it compresses (Compress is set, and its cache policy tells gzip apart)."""

    pattern: str = "*"
    viewers: str = "allow-all"
    compressed: bool = False
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Diversion:
    """Which requests an enabled continuous deployment policy leads to the staging distribution of a domain: a share of
    all (0 to 0.15), or those with a header of this value."""

    domain: str
    weight: float = 0.0
    header: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution, primary or staging. `origins` are those of its default behaviour, all members if that is an
    origin group; `certificate` is an ARN, empty for CloudFront's own, None for one from IAM. `etag` names the version
    of its configuration; `security` is its security policy, such as TLSv1.2_2021; `behaviours` come in the order in
    which they are tried, the default one last."""

    id: str
    arn: str
    domain: str
    enabled: bool
    aliases: tuple[str, ...]
    certificate: str | None
    origins: tuple[Origin, ...]
    functions: tuple[str, ...]
    etag: str = ""
    security: str = "TLSv1"
    behaviours: tuple[Behaviour, ...] = (Behaviour(),)
    staging: bool = False
    diversion: Diversion | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of ACM's, with the names it covers, and from when to when it is valid (Unix seconds; 0: not known,
    as before it is issued)."""

    issued: bool
    names: tuple[str, ...]
    since: float = 0.0
    until: float = 0.0


class World(Protocol):
    """What a viewer asks of a moment."""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every public zone."""

    @property
    def distributions(self) -> tuple[Distribution, ...]:
        """Every distribution that viewers can ask, which no staging one is."""

    @property
    def staging(self) -> tuple[Distribution, ...]:
        """Every staging distribution."""

    def certificate(self, arn: str) -> Certificate | None:
        """A certificate, None if there is none."""

    def has_function(self, arn: str) -> bool:
        """Whether a CloudFront Function of this ARN is published."""

    def has_access(self, origin: Origin) -> bool:
        """Whether the access control and identity of an origin stand."""

    def has_bucket(self, name: str) -> bool:
        """Whether a bucket stands."""

    def policy(self, bucket: str) -> str | None:
        """A bucket's policy as it is written, None without one."""

    def file_status(self, distribution: Distribution, bucket: str) -> int | None:
        """The HTTP status with which a distribution answers for a file of its bucket; None if that holds none."""


@dataclass(frozen=True)
class CloudWorld:
    """A moment of the local cloud."""

    cloud: Cloud
    _read: dict[tuple[str, str], Any] = field(default_factory=dict)

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        found = (self.zone(each) for each in zone_ids(self.cloud))
        return tuple(zone for zone in found if zone is not None)

    def zone(self, zone_id: str) -> Zone | None:
        """One public zone as it is now; None if there is none."""
        zone = _or_none(self.cloud.client("route53").get_hosted_zone, Id=zone_id)
        if zone is None or zone["HostedZone"]["Config"].get("PrivateZone"):
            return None
        records = _or_none(_record_sets, self.cloud, zone_id)
        return None if records is None else Zone(zone_id, host(zone["HostedZone"]["Name"]), tuple(records))

    @cached_property
    def distributions(self) -> tuple[Distribution, ...]:
        return tuple(each for each in self._all if not each.staging)

    @cached_property
    def staging(self) -> tuple[Distribution, ...]:
        return tuple(each for each in self._all if each.staging)

    @cached_property
    def _all(self) -> tuple[Distribution, ...]:
        client = self.cloud.client("cloudfront")
        pages = client.get_paginator("list_distributions").paginate()
        ids = [item["Id"] for page in pages for item in page["DistributionList"].get("Items", [])]
        read = (self.distribution(each) for each in ids)
        return tuple(distribution for distribution in read if distribution is not None)

    def distribution(self, distribution_id: str) -> Distribution | None:
        """One distribution as it is now; None if there is none."""
        answer = _or_none(self.cloud.client("cloudfront").get_distribution, Id=distribution_id)
        return _distribution(self.cloud, answer) if answer else None

    def certificate(self, arn: str) -> Certificate | None:
        return self._once("certificate", arn, lambda: self._certificate(arn))  # type: ignore[no-any-return]

    def _certificate(self, arn: str) -> Certificate | None:
        ask = self.cloud.within(arn.split(":")[3]).client("acm").describe_certificate
        answer = _or_none(ask, CertificateArn=arn)
        if answer is None:
            return None
        found = answer["Certificate"]
        since, until = (found[key].timestamp() if key in found else 0.0 for key in ("NotBefore", "NotAfter"))
        issued = found["Status"] == ISSUED
        return Certificate(issued, tuple(found["SubjectAlternativeNames"]), since, until)

    def has_function(self, arn: str) -> bool:
        ask = self.cloud.client("cloudfront").describe_function
        return bool(self._once("function", arn, lambda: _or_none(ask, Name=arn.rpartition("/")[2], Stage="LIVE")))

    def has_access(self, origin: Origin) -> bool:
        ask = self.cloud.client("cloudfront").get_origin_access_control
        identity = origin.identity.rpartition("/")[2]
        return (not origin.control or bool(_or_none(ask, Id=origin.control))) and (
            not identity or bool(_or_none(kept.get, self.cloud, _IDENTITY, identity))
        )

    def has_bucket(self, name: str) -> bool:
        ask = self.cloud.client("s3").head_bucket
        return bool(self._once("bucket", name, lambda: _or_none(ask, Bucket=name)))

    def policy(self, bucket: str) -> str | None:
        ask = self.cloud.client("s3").get_bucket_policy
        found = self._once("policy", bucket, lambda: _or_none(ask, Bucket=bucket))
        return str(found["Policy"]) if found else None

    def file_status(self, distribution: Distribution, bucket: str) -> int | None:
        return self._once("file", distribution.id, lambda: self._file(distribution, bucket))  # type: ignore[no-any-return]

    def _file(self, distribution: Distribution, bucket: str) -> int | None:
        listed = self.cloud.client("s3").list_objects_v2(Bucket=bucket, MaxKeys=1).get("Contents", [])
        return get(self.cloud, distribution.domain, f"/{quote(listed[0]['Key'])}")[0] if listed else None

    def _once(self, kind: str, name: str, read: Any) -> Any:
        if (kind, name) not in self._read:
            self._read[kind, name] = read()
        return self._read[kind, name]


def zone_ids(cloud: Cloud) -> list[str]:
    """Every hosted zone's id."""
    pages = cloud.client("route53").get_paginator("list_hosted_zones").paginate()
    return [zone["Id"].rpartition("/")[2] for page in pages for zone in page["HostedZones"]]


def _record_sets(cloud: Cloud, zone_id: str) -> list[dict[str, Any]]:
    """Every record set of a zone, NS and SOA included."""
    pages = cloud.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return [record for page in pages for record in page["ResourceRecordSets"]]


def _or_none(ask: Any, *arguments: Any, **named: Any) -> Any:
    """The answer, or None if AWS says that there is no such thing."""
    try:
        return ask(*arguments, **named)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("404", "403", "ResourceNotFoundException") or code.startswith("NoSuch"):
            return None
        raise


def _distribution(cloud: Cloud, answer: Mapping[str, Any]) -> Distribution:
    found, config = answer["Distribution"], answer["Distribution"]["DistributionConfig"]
    viewer = config.get("ViewerCertificate", {})
    functions = config["DefaultCacheBehavior"].get("FunctionAssociations", {}).get("Items", [])
    behaviours = config.get("CacheBehaviors", {}).get("Items", [])
    functions += [each for one in behaviours for each in one.get("FunctionAssociations", {}).get("Items", [])]
    return Distribution(
        id=found["Id"],
        arn=found["ARN"],
        domain=host(found["DomainName"]),
        enabled=bool(config["Enabled"]),
        aliases=tuple(host(alias) for alias in config.get("Aliases", {}).get("Items", [])),
        certificate=None if viewer.get("IAMCertificateId") else viewer.get("ACMCertificateArn", ""),
        origins=_origins(config, config["DefaultCacheBehavior"]),
        functions=tuple(dict.fromkeys(each["FunctionARN"] for each in functions)),
        etag=answer["ETag"],
        security=viewer.get("MinimumProtocolVersion") or "TLSv1",
        behaviours=tuple(_behaviour(cloud, config, each) for each in (*behaviours, config["DefaultCacheBehavior"])),
        staging=bool(config.get("Staging")),
        diversion=_diversion(cloud, config.get("ContinuousDeploymentPolicyId")),
    )


def _diversion(cloud: Cloud, policy: str | None) -> Diversion | None:
    """What an enabled policy does; None for one that is not, or is gone."""
    found = _or_none(cloud.client("cloudfront").get_continuous_deployment_policy_config, Id=policy) if policy else None
    config = found["ContinuousDeploymentPolicyConfig"] if found else {}
    if not config.get("Enabled") or "TrafficConfig" not in config:
        return None
    by_weight, by_header = (config["TrafficConfig"].get(f"Single{each}Config", {}) for each in ("Weight", "Header"))
    return Diversion(
        host(config["StagingDistributionDnsNames"]["Items"][0]),
        float(by_weight.get("Weight", 0)),
        by_header.get("Header", "").lower(),
        by_header.get("Value", ""),
    )


def _behaviour(cloud: Cloud, config: Mapping[str, Any], behaviour: Mapping[str, Any]) -> Behaviour:
    return Behaviour(
        pattern=behaviour.get("PathPattern", "*"),
        viewers=behaviour.get("ViewerProtocolPolicy", "allow-all"),
        compressed=bool(behaviour.get("Compress")) and _tells_gzip_apart(cloud, behaviour.get("CachePolicyId")),
        origins=_origins(config, behaviour),
    )


def _tells_gzip_apart(cloud: Cloud, policy: str | None) -> bool:
    """Whether a cache policy keeps compressed files apart; a behaviour with the older settings, that has none, does."""
    if not policy:
        return True
    found = _or_none(cloud.client("cloudfront").get_cache_policy, Id=policy)
    settings = found["CachePolicy"]["CachePolicyConfig"] if found else {}
    return bool(settings.get("ParametersInCacheKeyAndForwardedToOrigin", {}).get("EnableAcceptEncodingGzip"))


def _origins(config: Mapping[str, Any], behaviour: Mapping[str, Any]) -> tuple[Origin, ...]:
    target = behaviour["TargetOriginId"]
    groups = {group["Id"]: group["Members"]["Items"] for group in config.get("OriginGroups", {}).get("Items", [])}
    wanted = [member["OriginId"] for member in groups.get(target, [{"OriginId": target}])]
    return tuple(
        Origin(
            host(each["DomainName"]),
            each.get("OriginAccessControlId", ""),
            each.get("S3OriginConfig", {}).get("OriginAccessIdentity", ""),
        )
        for each in config["Origins"]["Items"]
        if each["Id"] in wanted
    )
