"""One download as a client makes it: name, certificate, distribution, router, bucket.

The path is the real one except at its two ends: the record set is read through Route 53's API instead of a DNS server,
and the certificate through ACM's instead of a TLS handshake. Routing, the function and the bucket are MiniStack's data
plane, over HTTP.
"""

from __future__ import annotations

import hashlib
import http.client
from dataclasses import dataclass
from typing import Any

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows import acm
from slipway.cloud.provider.rows.route53_records import all_record_sets, zones
from slipway.cloud.provider.rules.certificates import ISSUED, covers
from slipway.cloud.provider.rules.in_use import distribution_configs
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["DarkError", "Download", "fetch"]


class DarkError(Exception):
    """The name did not serve, and this is the first link that failed."""


@dataclass(frozen=True, slots=True)
class Download:
    """What came back: the status, the body's SHA-256 in hexadecimal, and the distribution that served it."""

    status: int
    sha256: str
    distribution: str


def fetch(cloud: RunningCloud, name: str, path: str) -> Download:
    """Fetch https://NAME/PATH from the local cloud; DarkError names the first broken link."""
    view = Cloud(cloud.endpoint)
    if not _target(view, name).endswith(".cloudfront.net"):
        raise DarkError(f"{name} does not lead to CloudFront")
    config = _routed(view, name)
    _check_certificate(view, name, config)
    domain = view.client("cloudfront").get_distribution(Id=config["Id"])["Distribution"]["DomainName"]
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": domain, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read()
    except OSError as error:
        raise DarkError(f"{name}: {error}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise DarkError(f"{name} answered {answer.status}")
    return Download(answer.status, hashlib.sha256(body).hexdigest(), config["Id"])


def _target(view: Cloud, name: str) -> str:
    """Where the name's record set points; the zone is the one with the longest matching name."""
    owners = [zone for zone in zones(view) if f".{host(name)}".endswith(f".{host(zone['Name'])}")]
    if not owners:
        raise DarkError(f"no hosted zone for {name}")
    zone = max(owners, key=lambda found: len(found["Name"]))
    for record in all_record_sets(view, zone["Id"]):
        if host(record["Name"]) == host(name) and record["Type"] in ("A", "CNAME"):
            return host(record["AliasTarget"]["DNSName"] if "AliasTarget" in record else _value(record))
    raise DarkError(f"{name} does not resolve")


def _value(record: dict[str, Any]) -> str:
    return str(record["ResourceRecords"][0]["Value"])


def _routed(view: Cloud, name: str) -> dict[str, Any]:
    """The enabled distribution with the best alias for the host name: exact before wildcard (hazard H38)."""
    best: dict[str, Any] | None = None
    for config in distribution_configs(view):
        aliases = [host(alias) for alias in config.get("Aliases", {}).get("Items", [])]
        if config["Enabled"] and host(name) in aliases:
            return config
        if config["Enabled"] and any(covers(alias, name) for alias in aliases):
            best = config
    if best is None:
        raise DarkError(f"no enabled distribution has the alias {name}")
    return best


def _check_certificate(view: Cloud, name: str, config: dict[str, Any]) -> None:
    arn = config["ViewerCertificate"].get("ACMCertificateArn", "")
    certificate = acm.describe(view, arn) if arn else None
    if certificate is None or acm.status(view, certificate) != ISSUED:
        raise DarkError(f"{name}: its distribution has no issued certificate")
    if not any(covers(pattern, name) for pattern in certificate["SubjectAlternativeNames"]):
        raise DarkError(f"{name} is not on its distribution's certificate")
