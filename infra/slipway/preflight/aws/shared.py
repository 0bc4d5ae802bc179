"""Real things that two resources claim, and validation records that several certificates stand on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from slipway.plan import State
from slipway.plan.operations import Operation
from slipway.preflight.aws.bucket_names import bucket_name
from slipway.preflight.aws.claims import Claim, Key, claims_by, done_before
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.aws.records import described
from slipway.preflight.aws.scene import Scene
from slipway.preflight.kinds import is_validation
from slipway.preflight.resources import BUCKET, CERTIFICATE, RECORD, RecordSet, certificate

__all__ = ["LostProof", "Shared", "lost_claims", "lost_proofs"]

# Settings that a bucket has once, each put and deleted by the bucket's name alone, with what else is in their key.
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "bucketPolicy": (),
    "bucketVersioning": (),
    "bucketPublicAccessBlock": (),
    "bucketOwnershipControls": (),
    "bucketServerSideEncryptionConfiguration": (),
    "bucketLifecycleConfiguration": (),
    "bucketCorsConfiguration": (),
    "bucketLogging": (),
    "bucketNotification": (),
    "bucketReplicationConfig": (),
    "bucketWebsiteConfiguration": (),
    "bucketAccelerateConfiguration": (),
    "bucketObject": ("key",),
    "inventory": ("name",),
}
_TOKEN = re.compile(r"aws:s3/(\w+?)(?:[vV]2)?:")


class Shared(msgspec.Struct, frozen=True, gc=False):
    """`leaving` lets go, in `release`, of `what` the `staying` claim needs; `harm` says what that does to it. Of an
    alias letting go is no harm but has to come first."""

    what: str
    harm: str
    is_alias: bool
    comes_last: bool
    leaving: Claim
    staying: Claim
    release: Operation


class LostProof(msgspec.Struct, frozen=True, gc=False):
    """A validation record that goes while a certificate (by URN) keeps the domain it proves."""

    deleted: Operation
    record: str
    domain: str
    certificate: str


def lost_claims(scene: Scene) -> Iterator[Shared]:
    """One for each real thing that one claim lets go of, perhaps after another claim has come to stand on it."""
    for claims in scene.records.by_identity.values():
        if len(claims) > 1:
            real = [claim for claim in claims if claim.until is None or not _stays_a_proof(scene, claim)]
            gone = "removes whatever record set is there, whoever wrote it"
            yield from _lost(scene, real, f"the record set {described(claims[0])}", gone)
    for claims in scene.aliases.values():
        gone = "has to be done before the other can have it"
        yield from _lost(scene, claims, f"the alias {claims[0].key[0]}", gone, is_alias=True)
    for claims in claims_by(scene.contested(*BUCKET), bucket_name).values():
        yield from _lost(scene, claims, f"the bucket {claims[0].key[0]}", "removes the bucket, whoever owns it")
    for claims in claims_by(_settings(scene), _setting).values():
        kind, bucket, *rest = claims[0].key
        what = f"the {_spelled(kind)} {' '.join(rest)} of the bucket {bucket}".replace("  ", " ")
        yield from _lost(scene, claims, what, "removes it from the bucket, whoever put it there")


def _lost(scene: Scene, claims: Iterable[Claim], what: str, harm: str, is_alias: bool = False) -> Iterator[Shared]:
    group = list(claims)
    staying = [claim for claim in group if claim.until is None]
    if len(group) < 2 or not staying:
        return
    for leaving in group:
        if leaving.until is None:
            continue
        for claim in staying:
            # A claim taken for sure after the other is let go of loses nothing.
            late = claim.since is not None and done_before(scene.order, leaving.until, claim.since)
            if claim.life is not leaving.life and not late:
                last = claim.since is None or done_before(scene.order, claim.since, leaving.until)
                yield Shared(what, harm, is_alias, last, leaving, claim, leaving.until)
                return


def _settings(scene: Scene) -> Iterator[Life]:
    for type_ in scene.lives:
        if (token := _TOKEN.match(type_)) and token[1] in _SETTINGS:
            yield from scene.contested(type_)


def _setting(version: Version) -> Iterator[Key]:
    token = _TOKEN.match(version.state.type)
    kind = token[1] if token else ""
    given = version.state.inputs.get("bucket")
    sources = version.state.sources("bucket")
    bucket = given if isinstance(given, str) else sources[0] if len(sources) == 1 else None
    rest = [version.value(key) for key in _SETTINGS.get(kind, ())]
    texts = [text for text in rest if isinstance(text, str)]
    if bucket and len(texts) == len(rest):
        yield kind, bucket, *texts


def _spelled(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.removeprefix("bucket")).lower()


def lost_proofs(scene: Scene) -> Iterator[LostProof]:
    """One for each validation record that goes for good, with a certificate that still has its domain.

    The record depends on account and domain alone, so certificates share it.
    """
    domains: Mapping[str, Life] | None = None
    for life, version, operation in scene.deleted(RECORD):
        view = scene.records.seen(version)
        domain = _proven(view, version)
        if not domain or _keeps_domain(scene, operation, domain) or _written_again(scene, life):
            continue
        domains = domains if domains is not None else _domains(scene)
        if kept := domains.get(domain):
            yield LostProof(operation, str(view.name), domain, kept.urn)


def _proven(view: RecordSet, version: Version) -> str:
    """The domain that a record set proves to ACM, "" if it is no proof."""
    if view.type != "CNAME" or not isinstance(view.name, str) or not view.name.startswith("_"):
        return ""
    values = (target.known or "" for target in view.targets)
    proof = is_validation(version.state) or any(value.endswith(".acm-validations.aws") for value in values)
    return view.name.partition(".")[2] if proof else ""


def _stays_a_proof(scene: Scene, claim: Claim) -> bool:
    domain = _proven(scene.records.seen(claim.version), claim.version)
    return bool(domain) and claim.until is not None and _keeps_domain(scene, claim.until, domain)


def _keeps_domain(scene: Scene, operation: Operation, domain: str) -> bool:
    """Whether what is deleted is replaced under a name not known yet, by the proof of a certificate that keeps the
    domain. Its name is then what it was, since it depends on nothing else: the engine will find nothing to replace."""
    new = scene.order.operations[operation.partner].new if operation.partner is not None else None
    if new is None or isinstance(new.inputs.get("name"), str):
        return False
    certificates = (life for source in new.sources("name") for life in scene.by_urn.get(source, ()) if not life.end)
    states = (life.versions[-1].state for life in certificates)
    return any(state.type == CERTIFICATE and domain in _domains_on(state) for state in states)


def _domains_on(state: State) -> frozenset[str]:
    return frozenset(name.removeprefix("*.") for name in certificate(state).names)


def _written_again(scene: Scene, life: Life) -> bool:
    """Whether another claim on the same record set stays: then `lost_claims` speaks of it, or it is not lost."""
    version = life.versions[-1]
    view = scene.records.seen(version)
    identifier = view.set_identifier if isinstance(view.set_identifier, str) else ""
    key = (view.zone.known or "", str(view.name), str(view.type), identifier)
    group = scene.records.by_identity.get(key, ())
    return any(claim.until is None and claim.life is not life for claim in group)


def _domains(scene: Scene) -> Mapping[str, Life]:
    found: dict[str, Life] = {}
    for life in scene.of(CERTIFICATE):
        version = life.versions[-1]
        by_dns = version.state.inputs.get("validationMethod") in ("DNS", None)
        if life.end is None and not life.let_go and by_dns:
            view = certificate(version.state, version.seen)
            for name in sorted(view.names) if view.needs_proof else ():
                found.setdefault(name.removeprefix("*."), life)
    return found
