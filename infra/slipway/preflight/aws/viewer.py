"""Which certificate a distribution gets, and whether this plan gives it another one or other aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from slipway.plan.operations import Operation
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.resources import (
    CERTIFICATE,
    DISTRIBUTION,
    VALIDATION,
    Certificate,
    Distribution,
    Reference,
    certificate,
    validation,
)

if TYPE_CHECKING:  # The scene keeps the attachments, so that they are worked out once.
    from slipway.preflight.aws.scene import Scene

__all__ = ["Attachment", "attachments", "certificate_behind", "certificates_by_arn"]


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """A distribution as an operation leaves it. `new_certificate` and `new_aliases` are what differs from before;
    `life` and `certificate` are None where the plan does not hold the certificate, or leaves open which it is."""

    operation: Operation
    view: Distribution
    new_certificate: bool
    new_aliases: bool
    life: Life | None
    certificate: Certificate | None


def attachments(scene: Scene) -> Iterator[Attachment]:
    """Every distribution that this plan creates, or gives another certificate or further aliases."""
    known: Mapping[str, Life] | None = None
    for _, before, version, operation in scene.made(DISTRIBUTION):
        view, old = scene.distribution(version), scene.distribution(before) if before else None
        new_certificate = old is None or _value(old.certificate) != _value(view.certificate)
        new_aliases = bool(view.aliases - old.aliases) if old else bool(view.aliases)
        if not (new_certificate or new_aliases):
            continue
        known = known if known is not None else certificates_by_arn(scene)
        life = certificate_behind(scene, view.certificate, known) if view.certificate else None
        found = _view(scene, life.versions[-1]) if life else None
        yield Attachment(operation, view, new_certificate, new_aliases, life, found)


def certificates_by_arn(scene: Scene) -> Mapping[str, Life]:
    """The certificates that stand before the apply, by ARN."""
    return {
        arn: life
        for life in scene.of(CERTIFICATE)
        if isinstance(arn := _view(scene, life.versions[0]).arn, str) and life.born is None
    }


def certificate_behind(scene: Scene, reference: Reference, known: Mapping[str, Life]) -> Life | None:
    """The certificate that a reference names: by ARN or, while that is unknown, through what it is computed from."""
    if reference.known is not None:
        return known.get(reference.known)
    found = {id(life): life for source in reference.sources for life in _leads_to(scene, source, known)}
    return next(iter(found.values())) if len(found) == 1 else None


def _leads_to(scene: Scene, source: str, known: Mapping[str, Life]) -> Iterator[Life]:
    newest = _newest(scene, source)
    if newest is None:
        return
    state = newest.versions[-1].state
    if state.type == CERTIFICATE:
        yield newest
    elif state.type == VALIDATION:
        certificate_arn = validation(state).certificate
        if certificate_arn.known is not None:
            yield from [known[certificate_arn.known]] if certificate_arn.known in known else []
            return
        for further in certificate_arn.sources:
            life = _newest(scene, further)
            if life and life.versions[-1].state.type == CERTIFICATE:
                yield life


def _newest(scene: Scene, urn: str) -> Life | None:
    """What a URN stands for after the apply."""
    lives = scene.by_urn.get(urn, ())
    return next((life for life in lives if life.born is not None), next((life for life in lives if not life.end), None))


def _value(reference: Reference | None) -> object:
    return None if reference is None else reference.value


def _view(scene: Scene, version: Version) -> Certificate:
    return certificate(version.state, version.seen, scene.provider(version.state))
