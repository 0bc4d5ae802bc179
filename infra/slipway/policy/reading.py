"""What several rules read from a resource. A part that is not known is left out: it is judged when it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from slipway.plan import Value
from slipway.policy.model import Resource, Stack
from slipway.preflight.resources import CERTIFICATE, VALIDATION, Text
from slipway.preflight.resources.fields import items, mapping, text

__all__ = [
    "behaviors", "bucket_names", "certificate_arn", "certificate_of", "distribution_ids", "listed", "may_name",
    "objects", "origins",
]  # fmt: skip


def objects(value: Value) -> Iterator[Mapping[str, Value]]:
    """The objects of a list, or the one object that a bridge prints in place of it."""
    return (item for item in items(value) if isinstance(item, dict))


def behaviors(distribution: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Each cache behaviour with the words for where it stands."""
    for behavior in objects(distribution.properties.get("defaultCacheBehavior")):
        yield "the default behaviour", behavior
    for behavior in objects(distribution.properties.get("orderedCacheBehaviors")):
        yield f"the behaviour {behavior.get('pathPattern')}", behavior


def origins(distribution: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Each origin with the words for it."""
    for origin in objects(distribution.properties.get("origins")):
        yield f"the origin {origin.get('originId')}", origin


def bucket_names(bucket: Resource) -> frozenset[str]:
    """What other resources call a bucket, as far as known."""
    return frozenset(value for key in ("bucket", "id") if isinstance(value := bucket.properties.get(key), str))


def distribution_ids(distribution: Resource) -> frozenset[str]:
    """What metrics call a distribution; none while it is to be created. Its ARN ends with its id."""
    arn = distribution.properties.get("arn")
    known = [arn.rpartition("/")[2]] if isinstance(arn, str) else []
    return frozenset(value for value in (*known, distribution.properties.get("id")) if isinstance(value, str))


def may_name(
    value: Text,
    sources: Iterable[str],
    target: Resource,
    identities: Callable[[Resource], frozenset[str]],
    peers: Iterable[Resource],
) -> bool:
    """Whether `value`, computed from `sources`, names `target` or may turn out to: nobody calls it by name yet, and
    the value does not name one of its `peers`."""
    if value is None:
        return False
    if isinstance(value, str):
        if known := identities(target):
            return value in known
        if any(value in identities(peer) for peer in peers):
            return False
    computed_from = set(sources)
    return target.urn in computed_from if computed_from else True


def certificate_arn(distribution: Resource) -> Text:
    """The ACM certificate that viewers are shown; None where there is none."""
    viewer = distribution.properties.get("viewerCertificate")
    return text(mapping(viewer).get("acmCertificateArn")) if isinstance(viewer, dict | list) else text(viewer)


def certificate_of(distribution: Resource, stack: Stack) -> Resource | None:
    """The certificate of a distribution, if it is in the stack: by its ARN or, before it has one, by what the
    distribution's setting is computed from. None also where that could be more than one."""
    arn = certificate_arn(distribution)
    if isinstance(arn, str):
        made = (one for one in stack.of(CERTIFICATE) if arn in (one.properties.get("arn"), one.properties.get("id")))
        return next(made, None)
    named = {}
    for urn in _through_validation(distribution.sources.get("viewerCertificate", ()), stack):
        found = stack.by_urn.get(urn)
        if found and found.type == CERTIFICATE:
            named[urn] = found
    return next(iter(named.values())) if len(named) == 1 else None


def _through_validation(urns: Iterable[str], stack: Stack) -> Iterator[str]:
    """A validation stands for the certificate that it waits for."""
    for urn in urns:
        found = stack.by_urn.get(urn)
        yield from found.sources.get("certificateArn", ()) if found and found.type == VALIDATION else (urn,)


def listed(names: Iterable[str], shown: int = 5) -> str:
    """Names as a part of a sentence, the first few of many."""
    every = sorted(names)
    more = f" and {len(every) - shown} more" if len(every) > shown else ""
    return ", ".join(every[:shown]) + more
