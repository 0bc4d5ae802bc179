"""Public names as the resources write them: record sets, certificates, distribution aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slipway.plan import State, Value, leaves

__all__ = ["CERTIFICATE", "DISTRIBUTION", "RECORD", "ZONE", "alias_names", "certificate_names", "covers", "record_name"]

RECORD = "aws:route53/record:Record"
ZONE = "aws:route53/zone:Zone"
CERTIFICATE = "aws:acm/certificate:Certificate"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def record_name(state: State, zone_name: str = "") -> str:
    """The full name a record set answers for, or "" while it is unknown.

    Route 53 prints an asterisk as `\\052`; the provider takes a name relative to its zone as well as a full one.
    """
    written = state.inputs.get("name")
    full = state.outputs.get("fqdn")
    if isinstance(full, str) and full:
        return _canonical(full)  # complete as it is, also when the zone is about to get another name
    if not isinstance(written, str):
        return ""
    name, zone = _canonical(written), _canonical(zone_name)
    if zone and name != zone and not name.endswith("." + zone):
        return f"{name}.{zone}" if name else zone
    return name


def certificate_names(inputs: Mapping[str, Value]) -> frozenset[str]:
    """Every name on a certificate."""
    return _texts((inputs.get("domainName"), inputs.get("subjectAlternativeNames")))


def alias_names(inputs: Mapping[str, Value]) -> frozenset[str]:
    """Every alternate domain name of a distribution."""
    return _texts((inputs.get("aliases"),))


def covers(names: Iterable[str], name: str) -> bool:
    """Whether one of a certificate's names is this one, or its wildcard: an asterisk stands for exactly one label."""
    wildcard = "*." + name.partition(".")[2]
    return any(one in (name, wildcard) for one in names)


def _texts(values: Iterable[Value]) -> frozenset[str]:
    return frozenset(_canonical(leaf) for value in values for leaf in leaves(value) if isinstance(leaf, str))


def _canonical(name: str) -> str:
    return name.replace("\\052", "*").rstrip(".").lower()
