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
from slipway.cloud.provider.rows import acm, kept
from slipway.cloud.provider.rows.route53_records import all_record_sets, zones
from slipway.cloud.provider.rules.certificates import ISSUED
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["Certificate", "CloudWorld", "Distribution", "Origin", "World", "Zone"]

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
class Distribution:
    """A distribution that is no staging one. `origins` are those of its default behaviour, all members if that is an
    origin group; `certificate` is an ARN, empty for CloudFront's own, None for one from IAM."""

    id: str
    arn: str
    domain: str
    enabled: bool
    aliases: tuple[str, ...]
    certificate: str | None
    origins: tuple[Origin, ...]
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of ACM's, with the names it covers."""

    issued: bool
    names: tuple[str, ...]


class World(Protocol):
    """What a viewer asks of a moment."""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every public zone."""

    @property
    def distributions(self) -> tuple[Distribution, ...]:
        """Every distribution."""

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
        found = []
        for zone in zones(self.cloud):
            if not zone["Config"].get("PrivateZone"):
                records = _or_none(all_record_sets, self.cloud, zone["Id"])
                if records is not None:
                    found.append(Zone(zone["Id"].rpartition("/")[2], host(zone["Name"]), tuple(records)))
        return tuple(found)

    @cached_property
    def distributions(self) -> tuple[Distribution, ...]:
        client = self.cloud.client("cloudfront")
        pages = client.get_paginator("list_distributions").paginate()
        ids = [item["Id"] for page in pages for item in page["DistributionList"].get("Items", [])]
        answers = [_or_none(client.get_distribution, Id=each) for each in ids]
        read = [_distribution(answer["Distribution"]) for answer in answers if answer]
        return tuple(distribution for distribution in read if distribution is not None)

    def certificate(self, arn: str) -> Certificate | None:
        return self._once("certificate", arn, lambda: self._certificate(arn))  # type: ignore[no-any-return]

    def _certificate(self, arn: str) -> Certificate | None:
        found = acm.describe(self.cloud, arn)
        if found is None:
            return None
        return Certificate(acm.status(self.cloud, found) == ISSUED, tuple(found["SubjectAlternativeNames"]))

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


def _or_none(ask: Any, *arguments: Any, **named: Any) -> Any:
    """The answer, or None if AWS says that there is no such thing."""
    try:
        return ask(*arguments, **named)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("404", "403") or code.startswith("NoSuch"):
            return None
        raise


def _distribution(answer: Mapping[str, Any]) -> Distribution | None:
    config = answer["DistributionConfig"]
    if config.get("Staging"):
        return None
    viewer = config.get("ViewerCertificate", {})
    functions = config["DefaultCacheBehavior"].get("FunctionAssociations", {}).get("Items", [])
    behaviours = config.get("CacheBehaviors", {}).get("Items", [])
    functions += [each for one in behaviours for each in one.get("FunctionAssociations", {}).get("Items", [])]
    return Distribution(
        id=answer["Id"],
        arn=answer["ARN"],
        domain=host(answer["DomainName"]),
        enabled=bool(config["Enabled"]),
        aliases=tuple(host(alias) for alias in config.get("Aliases", {}).get("Items", [])),
        certificate=None if viewer.get("IAMCertificateId") else viewer.get("ACMCertificateArn", ""),
        origins=tuple(_origins(config)),
        functions=tuple(dict.fromkeys(each["FunctionARN"] for each in functions)),
    )


def _origins(config: Mapping[str, Any]) -> list[Origin]:
    target = config["DefaultCacheBehavior"]["TargetOriginId"]
    groups = {group["Id"]: group["Members"]["Items"] for group in config.get("OriginGroups", {}).get("Items", [])}
    wanted = [member["OriginId"] for member in groups.get(target, [{"OriginId": target}])]
    return [
        Origin(
            host(each["DomainName"]),
            each.get("OriginAccessControlId", ""),
            each.get("S3OriginConfig", {}).get("OriginAccessIdentity", ""),
        )
        for each in config["Origins"]["Items"]
        if each["Id"] in wanted
    ]
