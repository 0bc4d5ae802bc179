"""TLS, by every way to every service.

chain     a client that checks shakes hands: a valid chain, a valid date, the host's name
names     the certificate covers the host, and with CloudFront's every name of the service
expiry    it lasts longer than the alarm's threshold
versions  TLS 1.0 and 1.1 are refused
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from cryptography import x509

from slipway.smoke.handshake import OLD_VERSIONS, certificate, takes, verified
from slipway.smoke.model import Check, Outcome, failed, passed
from slipway.smoke.network import Network
from slipway.smoke.target import CLOUDFRONT, Route, Target

__all__ = ["checks"]


def checks(target: Target) -> Iterator[Check]:
    """Four a way."""
    covered = {host: service.certificate_names for _, service, _ in target.config.services() for host in service.names}
    days = target.config.alarms.certificate_days
    for route in target.routes:
        names = covered.get(route.host, (route.host,)) if route.cdn == CLOUDFRONT else (route.host,)
        runs = {
            "chain": partial(_chain, route),
            "names": partial(_names, route, names),
            "expiry": partial(_expiry, route, days),
            "versions": partial(_versions, route),
        }
        for name, run in runs.items():
            yield Check("tls", name, route.label, run, beyond=route.beyond)


def _chain(route: Route, network: Network) -> Outcome:
    return passed(f"{route.label}: a client shakes hands", version=verified(network, route.host, route.via))


def _names(route: Route, names: Sequence[str], network: Network) -> Outcome:
    shown = certificate(network, route.host, route.via)
    try:
        extension = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        sans = sorted(name.lower() for name in extension.value.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        sans = []
    if missing := [name for name in names if not _covers(sans, name)]:
        return failed(f"{route.label}: the certificate covers {_some(sans)}; wanted {', '.join(missing)} as well")
    serial = f"{shown.serial_number:x}"
    return passed(f"{route.label}: the certificate covers {', '.join(names)}", serial=serial, names=" ".join(sans))


def _expiry(route: Route, days: int, network: Network) -> Outcome:
    until = certificate(network, route.host, route.via).not_valid_after_utc
    left = (until - datetime.now(UTC)).days
    told = f"{route.label}: the certificate is valid until {until:%Y-%m-%d}, {left} days from now"
    if left < days:
        return failed(f"{told}; wanted at least {days} (alarms.certificate_days)")
    return passed(told)


def _versions(route: Route, network: Network) -> Outcome:
    taken = [name for name, version in OLD_VERSIONS.items() if takes(network, route.host, route.via, version)]
    if taken:
        return failed(f"{route.label}: {' and '.join(taken)} should be refused, and the server goes on with it")
    return passed(f"{route.label}: {' and '.join(OLD_VERSIONS)} are refused")


def _covers(sans: Sequence[str], name: str) -> bool:
    """A wildcard stands for one label (RFC 6125, section 6.4.3)."""
    return name in sans or f"*.{name.partition('.')[2]}" in sans


def _some(sans: Sequence[str]) -> str:
    return ", ".join(sans[:8]) + (" ..." if len(sans) > 8 else "") if sans else "no host"
