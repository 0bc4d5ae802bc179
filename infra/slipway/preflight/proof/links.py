"""What a distribution needs in order to serve a host: certificate, origin, the bucket's permission, functions.

Each fault says under which condition a need is not met, while the distribution has this content. Its `mark` names the
fault whatever content it is found in: a fault that stood before the apply already cannot be the apply's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

import msgspec

from slipway.preflight.proof.condition import ALWAYS, Condition, Fault
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.things import Thing
from slipway.preflight.resources import (
    Admission,
    Bucket,
    Caller,
    Certificate,
    Distribution,
    Origin,
    Reference,
    bucket_of_host,
)

__all__ = ["LinkFault", "certificate_faults", "content_faults"]

REGION = "us-east-1"
View = TypeVar("View")


class LinkFault(msgspec.Struct, frozen=True, gc=False):
    """A need that is not met while `when` holds."""

    mark: Hashable
    when: Condition


def certificate_faults(estate: Estate, view: Distribution, host: str) -> Iterator[LinkFault]:
    """Its certificate must be issued, cover the host and stand in us-east-1 (ACM: "Supported Regions")."""
    if view.certificate is None:
        if not view.other_certificate:
            yield _always("certificate", f"CloudFront's own certificate does not cover {host}", ("default", host))
        return
    found = estate.certificate_of(view.certificate)
    if found is None:
        yield _always("unknown", "nobody knows yet which certificate it uses", ("which", view.urn), certain=False)
    for thing in found or ():
        yield from _certificate(estate, thing, host)


def _certificate(estate: Estate, thing: Thing[Certificate], host: str) -> Iterator[LinkFault]:
    issuers = estate.issuers[thing.key]
    if issuers is not None:
        when = Condition(pending=issuers)
        if issuers:
            words = "its certificate is not issued yet"
            yield LinkFault(("issued", thing.key), when.because("certificate", words))
        else:
            words = "nothing in the plan waits until its certificate is issued"
            yield LinkFault(("issued", thing.key), when.because("certificate", words, certain=False))
    for content in thing.absent:
        words = "its certificate is deleted" if content.by is not None else "its certificate is not there yet"
        yield LinkFault(("certificate", thing.key), content.when.because("certificate", words))
    for content, view in thing.present:
        covered = view.covers(host)
        if not covered:
            words = f"its certificate does not cover {host}"
            sure = covered is False
            yield LinkFault(("covers", thing.key, host), content.when.because("certificate", words, certain=sure))
        if isinstance(view.region, str) and view.region != REGION:
            words = f"its certificate is in {view.region}, not in {REGION}"
            yield LinkFault(("region", thing.key), content.when.because("certificate", words))


def content_faults(estate: Estate, view: Distribution) -> Iterator[LinkFault]:
    """What it needs whatever the host: the default behaviour's origins, and every function attached."""
    behavior = view.default
    origins = view.origins_of(behavior.target) if behavior else ()
    if not origins:
        target = behavior.target if behavior else None
        yield _always("unknown", "its default origin is not known", ("default origin", target), certain=False)
    for origin in origins:
        yield from _origin(estate, view, origin)
    for each in view.behaviors:
        for reference in each.functions:
            yield from _needed(estate.functions.named(reference), reference, "function", "a function attached to it")


def _needed(things: Sequence[Thing[View]] | None, reference: Reference, fault: Fault, what: str) -> Iterator[LinkFault]:
    if things is None:
        mark = (fault, str(reference.value), reference.sources)
        yield _always("unknown", f"nobody knows yet which is {what}", mark, certain=False)
    for thing in things or ():
        for content in thing.absent:
            words = f"{what} is deleted" if content.by is not None else f"{what} is not there yet"
            yield LinkFault((fault, thing.key), content.when.because(fault, words))


def _origin(estate: Estate, view: Distribution, origin: Origin) -> Iterator[LinkFault]:
    if origin.control.value is not None:
        found = estate.accesses.named(origin.control)
        yield from _needed(found or (), origin.control, "access", "its origin access control")
    host = origin.host.known
    if host is not None and host not in estate.buckets.by_value:
        name = bucket_of_host(host)
        if name is None:
            return  # A server of one's own, or somebody else's: taken as serving.
        buckets = estate.buckets.named(Reference(name))
    else:
        buckets = estate.buckets.named(origin.host)
    if buckets is None:
        if host is None and not origin.host.sources:
            mark = ("origin", str(origin.host.value))
            yield _always("unknown", "nobody knows yet what its origin is", mark, certain=False)
        return
    for thing in buckets:
        yield from _needed((thing,), origin.host, "origin", "the bucket it reads from")
        yield from _permission(estate, view, origin, thing)


def _permission(estate: Estate, view: Distribution, origin: Origin, bucket: Thing[Bucket]) -> Iterator[LinkFault]:
    policy = estate.policies.get(bucket.key)
    if policy is None:
        return
    caller = _caller(estate, view, origin)
    before = policy.initial.paths(caller, bucket.newest) if policy.initial else frozenset()
    for content in policy.contents:
        admission = content.view.admits(caller, bucket.newest) if content.view else Admission.NO
        if admission is Admission.YES and content.view:
            lost = _lost(before, content.view.paths(caller, bucket.newest))
            if lost:
                words = f"the bucket's policy no longer admits it to {lost}"
                yield LinkFault(("policy", bucket.key, caller, lost), content.when.because("policy", words))
            continue
        sure = admission is Admission.NO
        mark = ("policy", bucket.key, caller, repr(content.view.document) if content.view else None)
        words = "the bucket's policy does not admit it" if content.view else "the bucket has no policy that admits it"
        if not sure:
            words = "nobody can tell yet whether the bucket's policy admits it"
        yield LinkFault(mark, content.when.because("policy" if sure else "unknown", words, certain=sure))


def _lost(before: frozenset[str], now: frozenset[str]) -> str:
    """What the policy admitted to before and does not any more; "" for nothing."""
    return next((path for path in sorted(before) if not any(fnmatchcase(path, pattern) for pattern in now)), "")


def _caller(estate: Estate, view: Distribution, origin: Origin) -> Caller:
    if origin.control.value is not None:
        return Caller(distribution=view.arn)
    if origin.identity.value is None:
        return Caller()
    path = origin.identity.known or ""
    known = (
        {f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {path.rpartition('/')[2]}"} if path else set()
    )
    for thing in estate.accesses.named(origin.identity) or ():
        known |= thing.newest.principals if thing.newest else set()
    return Caller(identities=frozenset(known))


def _always(fault: Fault, words: str, mark: Hashable, *, certain: bool = True) -> LinkFault:
    return LinkFault((fault, mark), ALWAYS.because(fault, words, certain=certain))
