"""What of MiniStack has to be read (again) after a change, and reading it: only what was touched.

A *subject* is a zone or a distribution: it reaches the places one after the other. A *fact* is what a distribution's
chain asks for besides (see `World`): it takes effect everywhere at once, and is read once, and again when touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from slipway.cloud.internet.chain import bucket_of
from slipway.cloud.internet.journal import Entry
from slipway.cloud.internet.timeline import Subject
from slipway.cloud.internet.world import Certificate, CloudWorld, Distribution, Origin, zone_ids
from slipway.cloud.provider.cloud import Cloud

__all__ = ["DISTRIBUTION", "ZONE", "Fact", "read", "stale", "standing", "touched"]

ZONE, DISTRIBUTION = "zone", "distribution"
Fact: TypeAlias = tuple[str, str | Origin]
"""A method of `World` in a word, and what it is asked about."""

_SUBJECTS = {"route53": ZONE, "cloudfront": DISTRIBUTION}
# Which facts a change in a service may alter.
_FACTS = {
    "acm": {"certificate"},
    "s3": {"bucket", "policy"},
    "cloudfront": {"function", "access"},
}


def standing(cloud: Cloud) -> tuple[Subject, ...]:
    """Every zone and every distribution there is."""
    pages = cloud.client("cloudfront").get_paginator("list_distributions").paginate()
    found = [(ZONE, each) for each in zone_ids(cloud)]
    return (
        *found,
        *((DISTRIBUTION, each["Id"]) for page in pages for each in page["DistributionList"].get("Items", [])),
    )


def touched(entries: Iterable[Entry], known: Collection[Subject]) -> dict[Subject, Entry]:
    """The subjects that a batch touched, each with the last entry that did; all known ones where it does not say."""
    found: dict[Subject, Entry] = {}
    for entry in entries:
        kind = _SUBJECTS.get(entry.service)
        if kind:
            subjects = [(kind, entry.id)] if entry.id else [each for each in known if each[0] == kind]
            found |= dict.fromkeys(subjects, entry)
    return found


def stale(entries: Iterable[Entry], known: Mapping[Fact, Any]) -> set[Fact]:
    """The known facts to read again: those a batch touched, and whatever is missing yet. Time issues certificates, and
    identities come untold (they are kept in SSM, see `rows/kept.py`)."""
    found = {
        fact for fact, value in known.items() if not value or (isinstance(value, Certificate) and not value.issued)
    }
    for entry in entries:
        kinds = _FACTS.get(entry.service, set())
        exact = entry.id if entry.service in ("acm", "s3") else ""
        found |= {fact for fact in known if fact[0] in kinds and (not exact or fact[1] == exact)}
    return found


def read(
    cloud: Cloud, subjects: Iterable[Subject], facts: Iterable[Fact], known: Mapping[Fact, Any]
) -> tuple[dict[Subject, Any], dict[Fact, Any]]:
    """The subjects as they are now (None: gone); and all facts known then: `facts` read again, the rest as `known`,
    and those that the distributions read now need besides."""
    world = CloudWorld(cloud)
    values: dict[Subject, Any] = {
        (kind, identity): world.zone(identity) if kind == ZONE else world.distribution(identity)
        for kind, identity in subjects
    }
    needed = {fact for value in values.values() if isinstance(value, Distribution) for fact in _needs(value)}
    wanted = {*facts, *(needed - known.keys())}
    return values, {**known, **{fact: _fact(world, fact) for fact in wanted}}


def _needs(distribution: Distribution) -> Iterator[Fact]:
    if distribution.certificate:
        yield "certificate", distribution.certificate
    for arn in distribution.functions:
        yield "function", arn
    for origin in {*distribution.origins, *(one for each in distribution.behaviours for one in each.origins)}:
        yield "access", origin
        bucket = bucket_of(origin)
        if bucket:
            yield "bucket", bucket
            yield "policy", bucket


def _fact(world: CloudWorld, fact: Fact) -> Any:
    match fact:
        case "access", Origin() as origin:
            return world.has_access(origin)
        case "certificate", str(arn):
            return world.certificate(arn)
        case "function", str(arn):
            return world.has_function(arn)
        case "bucket", str(bucket):
            return world.has_bucket(bucket)
        case "policy", str(bucket):
            return world.policy(bucket)
    raise AssertionError(fact)
